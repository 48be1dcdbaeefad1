import type { DiscoveryContext, ListRemote } from '@mb/plugin-core/discovery'
import { readConfiguration } from '../../../configuration.ts'
import type { Context } from '../../../context.ts'

/** Where plugins are looked for, by the settings in force. */
export async function discoveryContext(context: Context): Promise<DiscoveryContext> {
  const { searchPaths, rescanSeconds } = (await readConfiguration(context)).values.plugins
  return {
    home: context.home,
    workspace: context.workspace,
    searchPaths,
    rescanSeconds,
    listRemote: marketplaces(context),
  }
}

const mostOffers = 100

/** Asks the marketplaces that are set up; what talks to them is loaded when they are asked. */
function marketplaces(context: Context): ListRemote {
  return async ({ text }, { signal }) => {
    const { openMarketplaces } = await import('../../marketplace/open-marketplace.ts')
    const { marketplace } = await openMarketplaces(context)
    const { hits, failures } = await marketplace.search(text, { limit: mostOffers, signal })
    return { offers: hits, failures }
  }
}
