import type { DiscoveredPlugin } from './discovered-plugin.ts'
import { discoverPlugins, type DiscoveryContext } from './discover-plugins.ts'

/** The chosen plugin of a name among those that lie on this machine and are not installed; undefined when there is none. */
export async function findFoundPlugin(
  name: string,
  context: DiscoveryContext,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<DiscoveredPlugin | undefined> {
  const { plugins } = await discoverPlugins(context, { name, signal })
  return plugins.find(({ status, place }) => status === 'chosen' && place !== 'installed')
}
