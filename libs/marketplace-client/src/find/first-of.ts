import type { PluginId } from '@mb/manifest'
import type { Connection } from '../connection.ts'
import { MarketplaceError } from '../marketplace-error.ts'

/**
 * The answer of the first marketplace that has a plugin. Only one that says that it does not have it is passed over: if
 * one that does not answer were, whoever can keep it from answering would choose where plugins come from.
 *
 * @throws MarketplaceError `MB_MARKETPLACE_NOT_FOUND`
 */
export async function firstOf<Site extends { readonly connection: Connection }, Value>(
  sites: readonly Site[],
  id: PluginId,
  ask: (site: Site) => Promise<Value>,
): Promise<Value> {
  for (const site of sites) {
    try {
      return await ask(site)
    } catch (error) {
      if (!isAbsent(error)) throw error
    }
  }
  const names = sites.map(({ connection }) => connection.repository.name)
  throw new MarketplaceError(
    'MB_MARKETPLACE_NOT_FOUND',
    names.length === 0
      ? `Cannot find ${id}: no marketplace that is set up may serve its namespace`
      : `Cannot find ${id}: it is not at ${names.map((name) => `marketplace "${name}"`).join(', ')}`,
    { hint: 'Search for it, or check its name and version' },
  )
}

/** Whether a marketplace says that it does not have something. */
export function isNotFound(error: unknown): error is MarketplaceError {
  return error instanceof MarketplaceError && error.code === 'MB_MARKETPLACE_NOT_FOUND'
}

function isAbsent(error: unknown): boolean {
  return isNotFound(error) && error.details?.['hasPlugin'] !== true
}
