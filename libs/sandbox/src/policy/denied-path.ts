import { isInside } from '@mb/kernel'
import { SandboxError } from '../sandbox-error.ts'
import { followPath } from './real-path.ts'

/** A path that nothing inside may see. */
export interface DeniedPath {
  readonly path: string
  readonly directory: boolean
}

/**
 * Follows the links of a path that is denied.
 *
 * @throws SandboxError `MB_SANDBOX_POLICY` for one that could not be hidden: a denial without effect has to be known
 */
export function denyPath(path: string): DeniedPath {
  const { real, facts } = followPath(path, 'deny')
  const system = builtFrom.find((root) => isInside(real, root))
  if (real !== '/' && system !== undefined)
    throw refused(path, `every sandbox is built from "${system}"`)
  if (facts.isFile() && facts.nlink > 1)
    throw refused(
      path,
      `it is one of ${facts.nlink} hard links to a file, which could be read by its other names`,
      'Deny the folders that hold them',
    )
  return { path: real, directory: facts.isDirectory() }
}

/** Whether a path without links lies in what every sandbox shows. */
export function isOfSystem(path: string): boolean {
  return builtFrom.some((root) => isInside(root, path))
}

const builtFrom = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32']

function refused(path: string, state: string, hint?: string): SandboxError {
  return new SandboxError('MB_SANDBOX_POLICY', `Cannot deny ${JSON.stringify(path)}: ${state}`, {
    hint,
    details: { path },
  })
}
