import { resolve } from 'node:path'
import { CliError } from '../cli-error.ts'
import type { Context } from '../context.ts'
import type { Invocation } from '../parse/invocation.ts'
import type { ConsentTo, ConsentWays } from './ask-consent.ts'

/** How the person wants to agree, from the options of the command. */
export function consentWays(
  invocation: Invocation,
  { workspace }: Pick<Context, 'workspace'>,
  to: ConsentTo = 'install',
): ConsentWays {
  const file = (option: string): string | undefined => {
    const path = invocation.option(option)
    if (path === '')
      throw new CliError('MB_CLI_VALUE', `Cannot use "" with --${option}: it is no path`, {
        hint: 'Name a file',
      })
    return path === undefined ? undefined : resolve(workspace, path)
  }
  const ways = {
    to,
    isYes: invocation.has('yes'),
    approval: file('approval'),
    requestApproval: file('request-approval'),
  }
  const given = [ways.isYes, ways.approval !== undefined, ways.requestApproval !== undefined]
  if (given.filter(Boolean).length < 2) return ways
  throw new CliError(
    'MB_CLI_USAGE',
    'Cannot agree in two ways: --yes, --approval and --request-approval exclude each other',
    { hint: 'Give one of them' },
  )
}
