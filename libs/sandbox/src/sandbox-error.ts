import { MbError, type ErrorKind, type MbErrorOptions } from '@mb/kernel'

/** Codes thrown by this package. */
export type SandboxErrorCode =
  | 'MB_SANDBOX_ACTIVATION'
  | 'MB_SANDBOX_BACKEND_MISSING'
  | 'MB_SANDBOX_BELOW_MINIMUM'
  | 'MB_SANDBOX_COMMAND_MISSING'
  | 'MB_SANDBOX_FAILED'
  | 'MB_SANDBOX_LIMIT'
  | 'MB_SANDBOX_NETWORK'
  | 'MB_SANDBOX_OUT_OF_MEMORY'
  | 'MB_SANDBOX_OUTPUT_LIMIT'
  | 'MB_SANDBOX_PLATFORM'
  | 'MB_SANDBOX_POLICY'
  | 'MB_SANDBOX_TIMED_OUT'
  | 'MB_SANDBOX_UPSTREAM'

/** What each code means. */
export const sandboxErrors: Readonly<Record<SandboxErrorCode, ErrorKind>> = {
  MB_SANDBOX_ACTIVATION: {
    category: 'operation',
    summary: 'A module that was sent to a warm program did not load, failed, or gave no answer.',
  },
  MB_SANDBOX_BACKEND_MISSING: {
    category: 'resource',
    outcome: 'refused',
    summary: 'This machine lacks what the sandbox is built from, or forbids its use.',
  },
  MB_SANDBOX_BELOW_MINIMUM: {
    category: 'operation',
    outcome: 'refused',
    summary: 'A protection that the minimum asks for was not proved; the program was not started.',
  },
  MB_SANDBOX_COMMAND_MISSING: {
    category: 'operation',
    outcome: 'not-found',
    summary: 'The command is no executable file that can be seen inside the sandbox.',
  },
  MB_SANDBOX_FAILED: {
    category: 'operation',
    summary: 'The sandbox could not be set up, or ended before its program began.',
  },
  MB_SANDBOX_LIMIT: {
    category: 'resource',
    summary: 'A program passed a limit on processes, threads or files, and was ended.',
  },
  MB_SANDBOX_NETWORK: {
    category: 'resource',
    outcome: 'refused',
    summary: 'The backend has no way to hold a program to the hosts that its policy allows.',
  },
  MB_SANDBOX_OUT_OF_MEMORY: {
    category: 'resource',
    summary: 'A program used more memory than its limit, and was ended.',
  },
  MB_SANDBOX_OUTPUT_LIMIT: {
    category: 'resource',
    summary: 'A program wrote more output than its limit, or than is kept of it, and was ended.',
  },
  MB_SANDBOX_PLATFORM: {
    category: 'resource',
    outcome: 'refused',
    summary: 'There is no sandbox for this operating system or processor yet.',
  },
  MB_SANDBOX_POLICY: {
    category: 'configuration',
    outcome: 'refused',
    summary: 'A policy names something that cannot be granted.',
  },
  MB_SANDBOX_TIMED_OUT: {
    category: 'resource',
    summary: 'A program took more time, or CPU time, than its limit, and was ended.',
  },
  MB_SANDBOX_UPSTREAM: {
    category: 'configuration',
    outcome: 'usage',
    summary: 'The proxy that the network has to go through is named by no address of one.',
  },
}

/** Thrown by `@mb/sandbox`. */
export class SandboxError extends MbError<SandboxErrorCode> {
  constructor(code: SandboxErrorCode, message: string, options?: MbErrorOptions) {
    super(code, message, sandboxErrors[code], options)
  }
}
