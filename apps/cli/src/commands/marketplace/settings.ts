import type { Repository } from '@mb/marketplace-client'
import { readConfiguration } from '../../configuration.ts'
import type { Context } from '../../context.ts'

/** The settings about marketplaces. */
export interface MarketplaceSettings {
  readonly repositories: readonly Repository[]
  /** Tokens by the names of marketplaces. */
  readonly apiKeys: Readonly<Record<string, string>>
}

/** Reads the settings about marketplaces; loads nothing that asks one. */
export async function readSettings(context: Context): Promise<MarketplaceSettings> {
  return (await readConfiguration(context)).values.marketplace
}
