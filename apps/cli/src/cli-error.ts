import { MbError, type ErrorKind, type ErrorOutcome, type MbErrorOptions } from '@mb/kernel'

/** Codes thrown by this package. */
export type CliErrorCode =
  | 'MB_BUG'
  | 'MB_CLI_AUDIT'
  | 'MB_CLI_COMMAND_MISSING'
  | 'MB_CLI_COMMAND_UNKNOWN'
  | 'MB_CLI_CREDENTIALS'
  | 'MB_CLI_INTERRUPTED'
  | 'MB_CLI_LOGIN_NEEDED'
  | 'MB_CLI_MARKETPLACES_OFF'
  | 'MB_CLI_NO_REPOSITORY'
  | 'MB_CLI_NO_TERMINAL'
  | 'MB_CLI_POLICY'
  | 'MB_CLI_REPOSITORY'
  | 'MB_CLI_SOURCE_MISSING'
  | 'MB_CLI_SYSTEM'
  | 'MB_CLI_USAGE'
  | 'MB_CLI_VALUE'

/** What each code means. */
export const cliErrors: Readonly<Record<CliErrorCode, ErrorKind>> = {
  MB_BUG: {
    category: 'operation',
    outcome: 'bug',
    summary: 'Something happened that nobody thought of: a bug in MilkBottle.',
  },
  MB_CLI_AUDIT: {
    category: 'resource',
    outcome: 'refused',
    summary:
      'The file that should record a run cannot be written; the command was not run, or ended.',
  },
  MB_CLI_COMMAND_MISSING: {
    category: 'operation',
    outcome: 'usage',
    summary: 'A group such as `mb plugin` was named without one of its commands.',
  },
  MB_CLI_COMMAND_UNKNOWN: {
    category: 'operation',
    outcome: 'usage',
    summary: 'There is no such command, built in or of an installed plugin.',
  },
  MB_CLI_CREDENTIALS: {
    category: 'configuration',
    summary: 'The file of tokens is broken, or others can read it.',
  },
  MB_CLI_INTERRUPTED: {
    category: 'operation',
    outcome: 'interrupted',
    summary: 'The person, or the system, asked the command to stop.',
  },
  MB_CLI_LOGIN_NEEDED: {
    category: 'operation',
    outcome: 'refused',
    summary: 'There is no token for a marketplace that asks for one.',
  },
  MB_CLI_MARKETPLACES_OFF: {
    category: 'configuration',
    outcome: 'refused',
    summary: 'The settings say that no marketplace is asked.',
  },
  MB_CLI_NO_REPOSITORY: {
    category: 'configuration',
    outcome: 'usage',
    summary: 'No marketplace is set up that could be asked.',
  },
  MB_CLI_NO_TERMINAL: {
    category: 'operation',
    outcome: 'refused',
    summary: 'A question has to be answered and there is no terminal to ask it.',
  },
  MB_CLI_POLICY: {
    category: 'configuration',
    outcome: 'usage',
    summary: 'A policy file does not exist, or says what no policy can say.',
  },
  MB_CLI_REPOSITORY: {
    category: 'operation',
    outcome: 'usage',
    summary: 'A marketplace of that name is not set up, or several are and none was named.',
  },
  MB_CLI_SOURCE_MISSING: {
    category: 'operation',
    outcome: 'not-found',
    summary: 'There is no such folder or archive of a plugin.',
  },
  MB_CLI_SYSTEM: {
    category: 'resource',
    summary: 'The operating system refused a file or a resource.',
  },
  MB_CLI_USAGE: {
    category: 'operation',
    outcome: 'usage',
    summary: 'The arguments or options of a command are not what it takes.',
  },
  MB_CLI_VALUE: {
    category: 'operation',
    outcome: 'usage',
    summary: 'The value of an argument or option has the wrong form.',
  },
}

/** Thrown by `@mb/cli`. */
export class CliError extends MbError<CliErrorCode> {
  constructor(code: CliErrorCode, message: string, options?: MbErrorOptions) {
    super(code, message, cliErrors[code], options)
  }
}

const exitCodes: Readonly<Record<ErrorOutcome, number>> = {
  failure: 1,
  usage: 2,
  refused: 3,
  'not-found': 4,
  network: 5,
  bug: 70,
  interrupted: 130,
}

/** The exit code of a command that ended this way. */
export function exitCodeOf(outcome: ErrorOutcome): number {
  return exitCodes[outcome]
}
