import { isToken } from '@mb/marketplace-protocol'
import { CliError } from '../../cli-error.ts'
import type { Context } from '../../context.ts'
import { Credentials } from '../../credentials/credentials.ts'
import type { Output } from '../../output/output.ts'
import { text } from '../../output/style.ts'
import type { Invocation } from '../../parse/invocation.ts'
import { openWith } from './open-marketplace.ts'
import { chooseRepository } from './repository-choice.ts'
import { readSettings } from './settings.ts'

/** Who somebody is to a marketplace; never with the token. */
interface LoggedIn {
  readonly repository: string
  readonly url: string
  readonly account: string
  readonly namespaces: readonly string[]
  readonly expiresAt: string
}

const longestTokenBytes = 4096

/** Takes a token, tries it, and keeps it for this marketplace alone. */
export async function run(invocation: Invocation, context: Context): Promise<LoggedIn> {
  const { home, progress, signal } = context
  const name = invocation.optionalArgument('repository')
  refuseToken(name)
  const { repositories } = await readSettings(context)
  const repository = chooseRepository(repositories, name)
  const token = await readToken(invocation, context, repository.name)
  const {
    account,
    namespaces,
    token: facts,
  } = await progress.during(
    'Trying the token',
    openWith(context, [repository], async () => token).whoami(repository.name, { signal }),
  )
  await new Credentials(home).store(repository, token)
  return {
    repository: repository.name,
    url: repository.url,
    account,
    namespaces,
    expiresAt: facts.expiresAt,
  }
}

/** What stands on a command line is seen by everybody on the machine, and kept by the shell. */
function refuseToken(word: string | undefined): void {
  if (word === undefined || !looksLikeToken(word)) return
  throw new CliError(
    'MB_CLI_USAGE',
    'Cannot log in: a token on the command line has been seen by others',
    { hint: 'Revoke it and make another; `mb marketplace login` asks for it without showing it' },
  )
}

function looksLikeToken(word: string): boolean {
  return word.startsWith('mbp_') || isToken(word)
}

async function readToken(
  invocation: Invocation,
  context: Context,
  repository: string,
): Promise<string> {
  const token = (await givenToken(invocation, context, repository)).trim()
  if (isToken(token)) return token
  // Never what it was: a token with one letter too few is nearly a token.
  throw new CliError('MB_CLI_VALUE', 'Cannot log in: what was given is no token', {
    hint: 'Copy the whole token: it begins with mbp_ and tells typing errors by itself',
  })
}

async function givenToken(
  invocation: Invocation,
  context: Context,
  repository: string,
): Promise<string> {
  if (invocation.has('token-stdin')) return context.readInput(longestTokenBytes)
  if (context.isInteractive) return context.askSecret(`Token for ${repository}`)
  throw new CliError(
    'MB_CLI_NO_TERMINAL',
    'Cannot log in: there is no terminal to ask for a token',
    {
      hint: 'Pass it on standard input with --token-stdin, or set MB_MARKETPLACE_TOKEN',
    },
  )
}

/** Says who it is. */
export function render(
  { repository, account, namespaces, expiresAt }: LoggedIn,
  output: Output,
): void {
  const { style } = output
  output.line(text`${style.good('✓')} Logged in to ${style.strong(repository)} as ${account}`)
  output.facts([
    ['  may publish in', namespaces.length === 0 ? 'no namespace' : namespaces.join(', ')],
    ['  until', expiresAt],
  ])
}
