import type { LimitName } from './limits.ts'
import { SandboxError, type SandboxErrorCode } from './sandbox-error.ts'
import type { RunResult } from './sandbox.ts'

/**
 * Thrown for a program that a limit has ended: `MB_SANDBOX_TIMED_OUT` (wall clock, CPU time), `MB_SANDBOX_OUT_OF_MEMORY`,
 * `MB_SANDBOX_OUTPUT_LIMIT` or `MB_SANDBOX_LIMIT` (the others). Its `details` hold `exceeded`, `exit` and `usage`.
 */
export class SandboxLimitError extends SandboxError {
  /** How it ended, with what it had written until then. */
  readonly result: RunResult

  /** @throws TypeError for a program that ended by itself */
  constructor(result: RunResult) {
    const { exceeded, code, signal, ended, usage, violations } = result
    if (exceeded === undefined) throw new TypeError('Cannot tell a limit: none was passed')
    const { limit, value, used } = exceeded
    super(
      kinds[limit].code,
      `Cannot finish the program: it used ${amount(used)} ${kinds[limit].words}, and its limit is ${value} (${limit})`,
      {
        hint: `Give it less to do, or raise ${limit}`,
        details: { exceeded, exit: { code, signal, ended, violations }, usage },
      },
    )
    this.result = result
  }
}

const kinds: Readonly<
  Record<LimitName, { readonly code: SandboxErrorCode; readonly words: string }>
> = {
  wallMs: { code: 'MB_SANDBOX_TIMED_OUT', words: 'ms of time' },
  cpuSeconds: { code: 'MB_SANDBOX_TIMED_OUT', words: 's of CPU time' },
  memoryBytes: { code: 'MB_SANDBOX_OUT_OF_MEMORY', words: 'bytes of memory' },
  outputBytes: { code: 'MB_SANDBOX_OUTPUT_LIMIT', words: 'bytes of output' },
  processes: { code: 'MB_SANDBOX_LIMIT', words: 'processes' },
  threads: { code: 'MB_SANDBOX_LIMIT', words: 'threads' },
  fileBytes: { code: 'MB_SANDBOX_LIMIT', words: 'bytes in one file' },
  writtenBytes: { code: 'MB_SANDBOX_LIMIT', words: 'bytes written to files' },
}

function amount(used: number): string {
  return String(Math.round(used * 100) / 100)
}
