import { realpathSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import { isInside } from '@mb/kernel'
import { homeInside } from '../policy.ts'
import { SandboxError } from '../sandbox-error.ts'
import { isVisible, type JailPlan } from './jail-plan.ts'

/**
 * The folder that a program starts in, by its real path.
 *
 * @throws SandboxError `MB_SANDBOX_POLICY` where it is not there, or not to be seen inside
 */
export function resolveFolder(folder: string, plan: JailPlan): string {
  if (folder === '/' || folder === homeInside || folder === '/tmp') return folder
  const refused = (state: string): SandboxError =>
    new SandboxError('MB_SANDBOX_POLICY', `Cannot start in ${JSON.stringify(folder)}: ${state}`, {
      hint: 'Grant the folder, or start in one that is granted',
    })
  if (!isAbsolute(folder) || folder.includes('\0')) throw refused('it is no absolute path')
  let real
  try {
    real = realpathSync(folder)
  } catch {
    throw refused('it does not exist')
  }
  // What is granted makes the folders above it, empty but for it: names from the person's folder then work inside.
  const isAbove = plan.mounts.some(({ kind, path }) => kind === 'bind' && isInside(real, path))
  if (!isAbove && !isVisible(plan.mounts, real)) throw refused('it cannot be seen inside')
  return real
}
