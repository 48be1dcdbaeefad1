import { isAbsolute } from 'node:path'
import { errorCode } from '@mb/kernel'
import { SandboxError } from '../sandbox-error.ts'
import { lookAt, type RealPath } from './look-at.ts'

/**
 * Follows the links of a path of a policy.
 *
 * @param action what is done with it, for messages: `grant`
 * @throws SandboxError `MB_SANDBOX_POLICY`
 */
export function followPath(path: string, action: string): RealPath {
  const refused = (state: string, hint?: string, cause?: unknown): SandboxError =>
    new SandboxError('MB_SANDBOX_POLICY', `Cannot ${action} ${JSON.stringify(path)}: ${state}`, {
      cause,
      hint,
      details: { path },
    })
  if (!isAbsolute(path)) throw refused('it is not absolute', 'Give the whole path')
  if (path.includes('\0')) throw refused('it holds a NUL byte')
  try {
    return lookAt(path)
  } catch (error) {
    const code = errorCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw refused('it does not exist', 'Create it first, or leave it out', error)
    if (code === 'EACCES')
      throw refused('you may not look there', 'Grant what you may read yourself', error)
    throw refused(String(code), undefined, error)
  }
}
