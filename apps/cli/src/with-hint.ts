import { MbError } from '@mb/kernel'
import type { CommandData } from './commands/command-data.ts'

/** The error with a next step, where whoever threw it knew of none: a library does not know what was typed. */
export function withHint(error: MbError, command: CommandData | undefined): MbError {
  const hint = error.hint ?? hintFor(error, command)
  if (hint === error.hint) return error
  const { code, message, category, outcome, details } = error
  return new MbError(
    code,
    message,
    { category, outcome, summary: '' },
    { hint, details, cause: error },
  )
}

function hintFor(error: MbError, command: CommandData | undefined): string | undefined {
  if (error.code === 'MB_SANDBOX_COMMAND_MISSING')
    return 'Inside are the programs of the system alone: grant another with --read, and name it by its path'
  if (error.outcome !== 'usage' || command === undefined) return undefined
  return `\`mb ${command.path.join(' ')} --help\` explains the command`
}
