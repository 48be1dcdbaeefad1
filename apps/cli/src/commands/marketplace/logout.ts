import { isMbError } from '@mb/kernel'
import type { Repository } from '@mb/marketplace-client'
import type { Context } from '../../context.ts'
import { Credentials } from '../../credentials/credentials.ts'
import type { Output } from '../../output/output.ts'
import { text } from '../../output/style.ts'
import type { Invocation } from '../../parse/invocation.ts'
import { openWith } from './open-marketplace.ts'
import { chooseRepository } from './repository-choice.ts'
import { readSettings } from './settings.ts'

/** What became of a token. */
interface LoggedOut {
  readonly repository: string
  /** Whether there was a token here, which is gone now. */
  readonly forgotten: boolean
  /** Whether the marketplace takes it no more. */
  readonly revoked: boolean
  /** Why it may still take it. */
  readonly reason: string | null
}

/** Revokes a token at its marketplace where that can be reached, and forgets it here in any case. */
export async function run(invocation: Invocation, context: Context): Promise<LoggedOut> {
  const credentials = new Credentials(context.home)
  const name = invocation.optionalArgument('repository')
  const { repositories } = await readSettings(context)
  const isUnknown = name !== undefined && repositories.every((each) => each.name !== name)
  if (isUnknown && (await credentials.forget(name)))
    return {
      repository: name,
      forgotten: true,
      revoked: false,
      reason: 'it is not set up any more',
    }
  const repository = chooseRepository(repositories, name)
  const token = await credentials.find(repository)
  const reason = token === undefined ? null : await revoke(repository, token, context)
  const forgotten = await credentials.forget(repository.name)
  context.signal.throwIfAborted()
  return {
    repository: repository.name,
    forgotten,
    revoked: token !== undefined && reason === null,
    reason,
  }
}

/** Why it could not be revoked, or null when it was. */
async function revoke(
  repository: Repository,
  token: string,
  context: Context,
): Promise<string | null> {
  const marketplace = openWith(context, [repository], async () => token)
  try {
    await context.progress.during(
      'Revoking the token',
      marketplace.revokeToken(repository.name, { signal: context.signal }),
    )
    return null
  } catch (error) {
    if (context.signal.aborted) return 'it was interrupted'
    if (isMbError(error)) return error.message
    throw error
  }
}

/** Says what became of it. */
export function render(
  { repository, forgotten, revoked, reason }: LoggedOut,
  output: Output,
): void {
  const { style } = output
  if (!forgotten) {
    output.line(text`You were not logged in to ${style.strong(repository)}`)
    return
  }
  output.line(text`${style.good('✓')} Logged out of ${style.strong(repository)}`)
  if (revoked) return
  output.line(
    text`${style.warning('warning')} The token was not revoked, so that a copy of it still works: ${reason ?? 'it was for another address'}`,
  )
}
