import type { Repository } from '@mb/marketplace-client'
import { CliError } from '../../cli-error.ts'
import { readConfiguration } from '../../configuration.ts'
import type { Context } from '../../context.ts'

/** The settings about marketplaces. */
export interface MarketplaceSettings {
  /** Whether any is asked. */
  readonly enabled: boolean
  readonly repositories: readonly Repository[]
  /** Tokens by the names of marketplaces. */
  readonly apiKeys: Readonly<Record<string, string>>
}

/** Reads the settings about marketplaces; loads nothing that asks one. */
export async function readSettings(context: Context): Promise<MarketplaceSettings> {
  return (await readConfiguration(context)).values.marketplace
}

/**
 * As {@link readSettings}, for whoever is about to ask one.
 *
 * @throws CliError `MB_CLI_MARKETPLACES_OFF`
 */
export async function readUsableSettings(context: Context): Promise<MarketplaceSettings> {
  const settings = await readSettings(context)
  if (settings.enabled) return settings
  throw new CliError(
    'MB_CLI_MARKETPLACES_OFF',
    'Cannot ask a marketplace: the settings switch all of them off',
    { hint: 'See where by `mb config show`: marketplace.enabled' },
  )
}
