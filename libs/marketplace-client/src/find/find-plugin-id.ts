import { isPluginId, type PluginId, type PluginName } from '@mb/manifest'
import { routes, wireLimits, type PluginSummary } from '@mb/marketplace-protocol'
import { MarketplaceError } from '../marketplace-error.ts'
import { mayServe } from '../repository/may-serve.ts'
import type { Site } from '../site.ts'

const mostHits = 500

/**
 * The id of the one plugin of a name. Every marketplace has to answer: the one that does not might know another.
 *
 * @throws MarketplaceError `MB_MARKETPLACE_NOT_FOUND`, `MB_MARKETPLACE_AMBIGUOUS`
 */
export async function findPluginId(
  sites: readonly Site[],
  name: PluginName,
  signal: AbortSignal | undefined,
): Promise<PluginId> {
  const lists = await Promise.all(
    sites.map(async (site) => {
      const hits = await everyHit(site, name, signal)
      return hits
        .filter((hit) => hit.name === name && mayServe(sites, hit.namespace).includes(site))
        .map(({ id }) => id)
    }),
  )
  const [id, ...others] = [...new Set(lists.flat())].filter((each) => isPluginId(each))
  if (id === undefined)
    throw new MarketplaceError(
      'MB_MARKETPLACE_NOT_FOUND',
      `Cannot find ${JSON.stringify(name)}: no marketplace has a plugin of that name`,
      { hint: 'Search for it, or write namespace/name' },
    )
  if (others.length === 0) return id
  const all = [id, ...others].toSorted()
  throw new MarketplaceError(
    'MB_MARKETPLACE_AMBIGUOUS',
    `Cannot find ${JSON.stringify(name)}: ${all.length} namespaces have a plugin of that name`,
    { hint: `Write one of ${all.slice(0, 10).join(', ')}`, details: { ids: all } },
  )
}

/** All that a name finds: the one that is looked for must not hide behind others that contain its name. */
async function everyHit(
  { connection }: Site,
  name: PluginName,
  signal: AbortSignal | undefined,
): Promise<readonly PluginSummary[]> {
  const hits: PluginSummary[] = []
  const limit = wireLimits.searchLimit
  for (let offset = 0; offset < mostHits; offset += limit) {
    const query = { q: name, limit, offset }
    const part = await connection.ask(routes.search, {}, { query, signal })
    hits.push(...part.hits)
    if (part.hits.length < limit || part.total <= offset + limit) return hits
  }
  throw new MarketplaceError(
    'MB_MARKETPLACE_AMBIGUOUS',
    `Cannot find ${JSON.stringify(name)}: more than ${mostHits} plugins of ${connection.whom} are like it`,
    { hint: 'Write namespace/name' },
  )
}
