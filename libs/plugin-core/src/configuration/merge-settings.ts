import type { JsonValue } from '@mb/kernel'
import { PluginError } from '../plugin-error.ts'
import type { SetValue, SettingLayer } from './setting-layer.ts'
import { settingOf } from './settings.ts'

/** The values in force, by setting, and where each comes from. */
export type Merged = ReadonlyMap<string, SetValue>

/**
 * Lays layers over each other: the last one that sets a value wins; a project's must be at least as strict as what
 * is below it.
 *
 * @throws PluginError `MB_CONFIG_FORBIDDEN`
 */
export function mergeSettings(layers: readonly SettingLayer[]): Merged {
  const merged = new Map<string, SetValue>()
  for (const { kind, values } of layers) {
    const below = new Map(merged)
    for (const value of values) {
      if (kind === 'project') checkStricter(value, below.get(value.key)?.value)
      merged.set(value.key, value)
    }
  }
  return merged
}

function checkStricter({ key, value, source }: SetValue, present: JsonValue | undefined): void {
  const isStricter = settingOf(key)?.isStricter
  if (isStricter === undefined || isStricter(present, value)) return
  throw new PluginError(
    'MB_CONFIG_FORBIDDEN',
    `Cannot use "${key}" of "${source}": a project may only make it stricter`,
    {
      hint: 'Loosen it in your own configuration, if you want to',
      details: { key, source, ...(present === undefined ? {} : { present }) },
    },
  )
}
