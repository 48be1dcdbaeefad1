import type { JsonValue } from '@mb/kernel'
import { parsePluginId, parsePluginName } from '@mb/manifest'
import semver from 'semver'
import { readConfigurationFile } from '../configuration/configuration-file.ts'
import { layerOfFile } from '../configuration/setting-layer.ts'
import { PluginError } from '../plugin-error.ts'
import type { Ranges } from './lockfile.ts'
import type { Project } from './find-project.ts'

/** The setting that says which plugins a project requires. */
export const requiredKey = 'plugins.required'

/**
 * What a project requires, by its own settings alone: what the person requires elsewhere is no part of it.
 *
 * @throws PluginError `MB_CONFIG_…`
 */
export async function readRequired({ settings }: Project): Promise<Ranges> {
  const parsed = settings === undefined ? undefined : await readConfigurationFile(settings)
  if (settings === undefined || parsed === undefined) return {}
  // Variables are the person's, and not expanded in what a stranger may have written.
  const { values } = layerOfFile(parsed, { file: settings, kind: 'project', env: {} })
  const ranges = rangesIn(values.findLast(({ key }) => key === requiredKey)?.value)
  for (const [plugin, range] of Object.entries(ranges)) checkRange(range, plugin, settings)
  return ranges
}

function checkRange(range: string, plugin: string, file: string): void {
  if (semver.validRange(range) !== null) return
  throw new PluginError(
    'MB_CONFIG_VALUE',
    `Cannot use "${requiredKey}" of "${file}": ${JSON.stringify(range)} of "${plugin}" is no range of versions`,
    { hint: 'Write a version, or a range such as ^1.2.0', details: { file, plugin } },
  )
}

/** Ranges by the ids that are meant: `_` and capitals are read as in manifests. */
export function rangesIn(value: JsonValue | undefined): Ranges {
  if (typeof value !== 'object' || value === null) return {}
  return Object.fromEntries(
    Object.entries(value).flatMap(([plugin, range]) =>
      typeof range === 'string' ? [[nameOf(plugin), range]] : [],
    ),
  )
}

function nameOf(plugin: string): string {
  return plugin.includes('/') ? parsePluginId(plugin).id : parsePluginName(plugin)
}
