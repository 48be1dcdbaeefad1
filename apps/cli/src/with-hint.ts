import { MbError } from '@mb/kernel'
import type { CommandData } from './commands/command-data.ts'

/** The error with a next step that can be typed: a library knows neither the line nor our options. */
export function withHint(error: MbError, command: CommandData | undefined): MbError {
  const hint = hintOf(error) ?? error.hint ?? hintFor(error, command)
  if (hint === error.hint) return error
  const { code, message, category, outcome, details } = error
  return new MbError(
    code,
    message,
    { category, outcome, summary: '' },
    { hint, details, cause: error },
  )
}

/** What is done here about errors that libraries cannot name a command for. */
function hintOf({ code, hint }: MbError): string | undefined {
  switch (code) {
    case 'MB_MARKETPLACE_KEY_CHANGED':
      return hint === undefined ? undefined : `${hint} with --accept-key`
    case 'MB_MARKETPLACE_TOKEN_EXPIRED':
    case 'MB_MARKETPLACE_UNAUTHORIZED':
      return 'Log in with a valid token: mb marketplace login'
    case 'MB_SANDBOX_COMMAND_MISSING':
      return (
        hint ??
        'Inside are the programs of the system alone: grant another with --read, and name it by its path'
      )
    case 'MB_SANDBOX_PLATFORM':
      return hint ?? 'See what works here: mb sandbox doctor'
    default:
      return undefined
  }
}

function hintFor({ outcome }: MbError, command: CommandData | undefined): string | undefined {
  if (outcome !== 'usage' || command === undefined) return undefined
  return `\`mb ${command.path.join(' ')} --help\` explains the command`
}
