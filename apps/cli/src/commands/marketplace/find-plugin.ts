import type { Marketplace } from '@mb/marketplace-client'

/** The id of a plugin: as it was typed, or that of the only one with this bare name. */
export async function findPluginId(
  marketplace: Marketplace,
  name: string,
  signal: AbortSignal,
): Promise<string> {
  return name.includes('/') ? name : (await marketplace.find(name, { signal })).id
}
