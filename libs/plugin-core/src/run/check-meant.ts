import { PluginError } from '../plugin-error.ts'
import type { HomeLayout } from '../store/home-layout.ts'
import { readState } from '../store/state.ts'
import type { PluginChoices } from './plugin-configuration.ts'

/**
 * Refuses values that are set for a bare name which several installed plugins have: what a person set for one, and be it a
 * secret, is not for the author of another.
 *
 * @throws PluginError `MB_PLUGIN_CONFIG`
 */
export function checkMeant(
  { id, name }: { readonly id: string; readonly name: string },
  { entries }: Pick<PluginChoices, 'entries'>,
  layout: HomeLayout,
): void {
  const entry = Object.hasOwn(entries, name) ? entries[name] : undefined
  if (entry === undefined || !holdsValues(entry)) return
  const other = readState(layout).plugins.find(
    (plugin) => plugin.id !== id && plugin.id.endsWith(`/${name}`),
  )
  if (other === undefined) return
  throw new PluginError(
    'MB_PLUGIN_CONFIG',
    `Cannot run "${id}": what the settings say for "${name}" may be meant for "${other.id}"`,
    { hint: `Say which: plugins.${id}, or plugins.${other.id}`, details: { other: other.id } },
  )
}

function holdsValues({
  config,
  configFile,
  environments,
}: PluginChoices['entries'][string]): boolean {
  return (
    configFile !== undefined || [config, environments].some((each) => Object.keys(each).length > 0)
  )
}
