import { join } from 'node:path'
import { openMarketplace, type Marketplace, type Repository } from '@mb/marketplace-client'
import { CliError } from '../../cli-error.ts'
import type { Context } from '../../context.ts'
import { findToken } from '../../credentials/find-token.ts'
import { terminalLogger } from '../../output/terminal-logger.ts'
import { chooseRepository, requireRepositories } from './repository-choice.ts'
import { readUsableSettings } from './settings.ts'

/** The marketplaces of a person. */
export interface OpenedMarketplaces {
  readonly marketplace: Marketplace
  readonly repositories: readonly Repository[]
}

type TokenOf = (repository: Repository) => Promise<string | undefined>

/** One marketplace, for what needs one. */
export interface OpenedRepository {
  readonly marketplace: Marketplace
  readonly repository: Repository
}

/** Opens all marketplaces that are set up, or the one that is named. Nothing is asked yet. */
export async function openMarketplaces(
  context: Context,
  name?: string,
): Promise<OpenedMarketplaces> {
  const { repositories, apiKeys } = await readUsableSettings(context)
  const asked =
    name === undefined ? requireRepositories(repositories) : [chooseRepository(repositories, name)]
  const chosen = asked.length === 1 ? asked[0] : undefined
  const token: TokenOf = async (repository) =>
    (await findToken(repository, { context, apiKeys, chosen }))?.token
  return { marketplace: openWith(context, asked, token), repositories: asked }
}

/** Opens the marketplace that is named, or the only one. */
export async function openRepository(
  context: Context,
  name: string | undefined,
): Promise<OpenedRepository> {
  const { repositories, apiKeys } = await readUsableSettings(context)
  const chosen = chooseRepository(repositories, name)
  const token: TokenOf = async (repository) =>
    (await findToken(repository, { context, apiKeys, chosen }))?.token
  return { marketplace: openWith(context, [chosen], token), repository: chosen }
}

/**
 * As {@link openRepository}, for what nobody may do without a token.
 *
 * @throws CliError `MB_CLI_LOGIN_NEEDED`
 */
export async function openWithToken(
  context: Context,
  name: string | undefined,
): Promise<OpenedRepository> {
  const { repositories, apiKeys } = await readUsableSettings(context)
  const chosen = chooseRepository(repositories, name)
  const found = await findToken(chosen, { context, apiKeys, chosen })
  if (found !== undefined)
    return { marketplace: openWith(context, [chosen], async () => found.token), repository: chosen }
  throw new CliError(
    'MB_CLI_LOGIN_NEEDED',
    `Cannot use marketplace "${chosen.name}" for this: you are not logged in`,
    { hint: `Log in with \`mb marketplace login ${chosen.name}\`, or set MB_MARKETPLACE_TOKEN` },
  )
}

/** The client over some marketplaces, with what this home remembers of them. */
export function openWith(
  context: Context,
  repositories: readonly Repository[],
  token: TokenOf,
): Marketplace {
  return openMarketplace({
    repositories,
    cacheDirectory: join(context.home, 'cache', 'marketplace'),
    token,
    logger: terminalLogger(context.aside, leastLevel(context)),
  })
}

function leastLevel({ settings }: Context): 'debug' | 'info' | 'warn' {
  if (settings.isDebug) return 'debug'
  return settings.isVerbose ? 'info' : 'warn'
}
