import { errorCode } from '@mb/kernel'
import { SandboxError } from '../sandbox-error.ts'

/** Whether a look at a process failed because it is gone: its files are not there, or have nobody to tell of. */
export function isOfGone(error: unknown): boolean {
  const code = errorCode(error)
  return code === 'ESRCH' || (code === 'ENOENT' && /^\/proc\/\d+(?:\/|$)/.test(pathOf(error)))
}

/** The error to tell of where a jail was looked at: that it is gone is told in our words, and the rest as it is. */
export function tellGone(error: unknown): unknown {
  if (!isOfGone(error)) return error
  return new SandboxError(
    'MB_SANDBOX_FAILED',
    'Cannot start a sandbox: it ended before its program began',
    { hint: 'Try again; a machine that is out of memory ends processes', cause: error },
  )
}

function pathOf(error: unknown): string {
  return error instanceof Error && 'path' in error && typeof error.path === 'string'
    ? error.path
    : ''
}
