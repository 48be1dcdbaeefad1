import type { Repository } from '@mb/marketplace-client'
import type { Context } from '../context.ts'
import { Credentials } from './credentials.ts'

/** Where a token came from. */
export type TokenSource = 'MB_MARKETPLACE_TOKEN' | 'login' | 'settings'

/** A token, and where it came from. */
export interface FoundToken {
  readonly token: string
  readonly source: TokenSource
}

/**
 * The token for a marketplace: from the environment, else from `mb marketplace login`, else from the settings.
 *
 * @param chosen - the one that the command is about, which alone gets the token of the environment: that names none
 */
export async function findToken(
  repository: Repository,
  options: {
    readonly context: Pick<Context, 'env' | 'home'>
    readonly apiKeys: Readonly<Record<string, string>>
    readonly chosen: Repository | undefined
  },
): Promise<FoundToken | undefined> {
  const { context, apiKeys, chosen } = options
  const given = context.env['MB_MARKETPLACE_TOKEN']?.trim() ?? ''
  if (given !== '' && chosen?.url === repository.url)
    return { token: given, source: 'MB_MARKETPLACE_TOKEN' }
  const stored = await new Credentials(context.home).find(repository)
  if (stored !== undefined) return { token: stored, source: 'login' }
  const configured = Object.hasOwn(apiKeys, repository.name) ? apiKeys[repository.name] : undefined
  return configured === undefined || configured === ''
    ? undefined
    : { token: configured, source: 'settings' }
}
