import { nearestName } from '@mb/kernel'
import { PluginError } from '../plugin-error.ts'
import type { SetValue, SettingLayer } from './setting-layer.ts'
import { settings } from './settings.ts'

/** The variable of a setting: `limits.memoryMb` is `MB_LIMITS_MEMORY_MB`. */
function settingVariable(key: string): string {
  const words = key.replaceAll('.', '_').replace(/[A-Z]/g, (letter) => `_${letter}`)
  return `MB_${words.toUpperCase()}`
}

const keys: ReadonlyMap<string, string> = new Map(
  Object.keys(settings).map((key) => [settingVariable(key), key]),
)
const prefixes: readonly string[] = [
  ...new Set(Object.keys(settings).map((key) => settingVariable(key.slice(0, key.indexOf('.'))))),
].map((prefix) => `${prefix}_`)

/**
 * The values that the environment sets. Lists are written with commas.
 *
 * @throws PluginError `MB_CONFIG_UNKNOWN_KEY` for an unknown variable of a known group; `MB_CONFIG_VALUE`
 */
export function layerOfEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): SettingLayer {
  const values: SetValue[] = []
  for (const [name, text] of Object.entries(env)) {
    const key = keys.get(name)
    if (key === undefined) checkUnknown(name)
    else if (text !== undefined && text !== '') values.push(readVariable(name, key, text))
  }
  return { kind: 'person', values }
}

function readVariable(name: string, key: string, text: string): SetValue {
  const read = settings[key]?.readText(text)
  if (read?.ok === true) return { key, value: read.value, source: name }
  throw new PluginError(
    'MB_CONFIG_VALUE',
    `Cannot use environment variable ${name}: it has to be ${read?.expected ?? 'a setting'}`,
    { hint: 'Give it such a value, or unset it', details: { variable: name, key } },
  )
}

// Said in the environment on purpose, and no setting: it is for one command, and never kept.
const notSettings: ReadonlySet<string> = new Set(['MB_MARKETPLACE_TOKEN'])

function checkUnknown(name: string): void {
  if (notSettings.has(name)) return
  if (!prefixes.some((prefix) => name.startsWith(prefix))) return
  const nearest = nearestName(name, keys.keys())
  throw new PluginError(
    'MB_CONFIG_UNKNOWN_KEY',
    `Cannot use environment variable ${name}: there is no such setting`,
    {
      hint:
        nearest === undefined
          ? `The variables are ${[...keys.keys()].join(', ')}`
          : `Did you mean ${nearest}?`,
      details: { variable: name },
    },
  )
}
