import type { PluginType } from '@mb/manifest'
import type { DiscoveredPlugin } from './discovered-plugin.ts'

/** Which plugins are wanted; without anything, all. */
export interface PluginQuery {
  /** Id, or bare name. Capitals and `_` are read as in manifests. */
  readonly name?: string | undefined
  readonly type?: PluginType | undefined
  readonly capability?: string | undefined
  /** Words, each of which stands in the name, the description, the keywords or the capabilities. */
  readonly text?: string | undefined
}

/** Whether a plugin is one of those that are wanted. */
export function isWanted(plugin: DiscoveredPlugin, query: PluginQuery): boolean {
  const { name, type, capability, text } = query
  return (
    (name === undefined || isNamed(plugin, name)) &&
    (type === undefined || plugin.type === type) &&
    (capability === undefined || plugin.capabilities.some((each) => isSame(each, capability))) &&
    (text === undefined || holdsWords(plugin, text))
  )
}

/** Whether a plugin goes by a name: its id, or its bare name. */
export function isNamed(
  { id, name }: Pick<DiscoveredPlugin, 'id' | 'name'>,
  wanted: string,
): boolean {
  const plain = wanted.toLowerCase().replaceAll('_', '-')
  return id === plain || name === plain
}

function isSame(label: string, wanted: string): boolean {
  return label.toLowerCase() === wanted.toLowerCase()
}

function holdsWords(plugin: DiscoveredPlugin, text: string): boolean {
  const { id, description, keywords, capabilities } = plugin
  const all = [id, description, ...keywords, ...capabilities].join('\n').toLowerCase()
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word))
}
