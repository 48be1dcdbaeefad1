import { nearestName } from '@mb/kernel'
import { PluginError } from '../plugin-error.ts'
import type { PluginRecord } from './plugin-record.ts'

/**
 * The plugin of an id, or of a bare name that only one plugin has. Capitals and `_` are read as in manifests.
 *
 * @throws PluginError `MB_PLUGIN_NOT_FOUND`, `MB_PLUGIN_AMBIGUOUS`
 */
export function findPlugin(plugins: readonly PluginRecord[], name: string): PluginRecord {
  const wanted = name.toLowerCase().replaceAll('_', '-')
  const found = plugins.filter(({ id }) => id === wanted || nameIn(id) === wanted)
  const [first, second] = found
  if (first === undefined) throw notFound(plugins, name)
  if (second === undefined) return first
  const ids = found.map(({ id }) => id)
  throw new PluginError(
    'MB_PLUGIN_AMBIGUOUS',
    `Cannot tell which plugin "${name}" is: ${ids.join(' and ')} are installed`,
    { hint: `Write the namespace too, as in ${ids[0] ?? name}`, details: { ids } },
  )
}

function notFound(plugins: readonly PluginRecord[], name: string): PluginError {
  const nearest = nearestName(
    name,
    plugins.flatMap(({ id }) => [id, nameIn(id)]),
  )
  return new PluginError(
    'MB_PLUGIN_NOT_FOUND',
    `Cannot find plugin ${JSON.stringify(name.slice(0, 140))}: it is not installed`,
    {
      hint:
        nearest === undefined
          ? 'See what is installed with mb plugin list'
          : `Did you mean "${nearest}"?`,
    },
  )
}

/** The bare name, without a look at the manifest. */
function nameIn(id: string): string {
  return id.slice(id.indexOf('/') + 1)
}
