import { routes, wireLimits, type SearchResult } from '@mb/marketplace-protocol'
import type { SearchAnswer, SearchOptions } from '../marketplace.ts'
import { MarketplaceError } from '../marketplace-error.ts'
import { mayServe } from '../repository/may-serve.ts'
import type { Site } from '../site.ts'

type Outcome =
  | { readonly site: Site; readonly result: SearchResult }
  | { readonly site: Site; readonly error: MarketplaceError }

const usualLimit = 20

/** Asks every marketplace at once, and puts what they found one after the other. */
export async function searchAll(
  sites: readonly Site[],
  words: string,
  options: SearchOptions = {},
): Promise<SearchAnswer> {
  const { limit = usualLimit, offset = 0, signal } = options
  checkBounds(words, limit, offset, sites.length > 1)
  // What comes first of several is only known once each has told its first ones.
  const part = sites.length > 1 ? { limit: limit + offset, offset: 0 } : { limit, offset }
  const outcomes = await Promise.all(
    sites.map((site) => searchOne(site, { q: words, ...part }, signal)),
  )
  const failures = outcomes.flatMap((outcome) =>
    'error' in outcome ? [{ repository: outcome.site.repository.name, error: outcome.error }] : [],
  )
  const [first] = failures
  if (first !== undefined && failures.length === sites.length) throw first.error
  const { hits, total } = merge(sites, outcomes)
  return {
    hits: sites.length > 1 ? hits.slice(offset, offset + limit) : hits,
    total,
    failures,
  }
}

async function searchOne(
  site: Site,
  query: { readonly q: string; readonly limit: number; readonly offset: number },
  signal: AbortSignal | undefined,
): Promise<Outcome> {
  try {
    return { site, result: await site.connection.ask(routes.search, {}, { query, signal }) }
  } catch (error) {
    signal?.throwIfAborted()
    if (error instanceof MarketplaceError) return { site, error }
    throw error
  }
}

function merge(
  sites: readonly Site[],
  outcomes: readonly Outcome[],
): Pick<SearchAnswer, 'hits' | 'total'> {
  const seen = new Set<string>()
  let total = 0
  const hits = outcomes.flatMap((outcome) => {
    if ('error' in outcome) return []
    const { site, result } = outcome
    const own = result.hits.filter(
      ({ id, namespace }) => !seen.has(id) && mayServe(sites, namespace).includes(site),
    )
    for (const { id } of own) seen.add(id)
    total += result.total - (result.hits.length - own.length)
    return own.map((hit) => ({ ...hit, repository: site.repository.name }))
  })
  return { hits, total: Math.max(total, hits.length) }
}

function checkBounds(words: string, limit: number, offset: number, areSeveral: boolean): void {
  if (words.length > wireLimits.queryLength)
    throw new MarketplaceError(
      'MB_MARKETPLACE_SPEC',
      `Cannot search: the query has ${words.length} characters`,
      { hint: `Use ${wireLimits.queryLength} at most` },
    )
  if (!Number.isInteger(limit) || limit < 1 || limit > wireLimits.searchLimit)
    throw new RangeError(`limit is from 1 to ${wireLimits.searchLimit}, and this is ${limit}`)
  const furthest = areSeveral ? wireLimits.searchLimit - limit : wireLimits.searchOffset
  if (!Number.isInteger(offset) || offset < 0 || offset > furthest)
    throw new RangeError(`offset is from 0 to ${furthest}, and this is ${offset}`)
}
