import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isInside } from '@mb/kernel'
import { homeIn, secretAt, startedLater } from './guarded-path.ts'
import { followPath } from './real-path.ts'
import { refusal } from './refusal.ts'

/** A path as it is granted: without links, and known by device and inode, so that a swap before the mount shows. */
export interface GrantedPath {
  readonly path: string
  readonly writable: boolean
  readonly directory: boolean
  readonly device: number
  readonly inode: number
}

/** What a grant is judged by. */
export interface GrantRules {
  /** Folders of ours that no program may change. */
  readonly state: readonly string[]
  readonly homes: readonly string[]
  /** What is denied, without links. */
  readonly denied: readonly string[]
}

/** What may be done with a path; `dangerous` is to read it, whatever lies there. */
export type Access = 'read' | 'write' | 'dangerous'

/**
 * Follows the links of a path, and refuses what cannot be granted.
 *
 * @throws SandboxError `MB_SANDBOX_POLICY`
 */
export function grantPath(path: string, access: Access, rules: GrantRules): GrantedPath {
  const { real, facts } = followPath(path, 'grant')
  refuseSystem(path, real)
  refuseDenied(path, real, rules)
  if (access === 'write') refuseWriting(path, real, rules)
  if (access !== 'dangerous') refuseSecret(path, real, rules)
  if (!facts.isDirectory() && !facts.isFile())
    throw refusal(path, 'it is neither a folder nor a regular file', 'Grant the folder it lies in')
  if (access === 'write' && facts.isFile() && facts.nlink > 1)
    throw refusal(
      path,
      `it is one of ${facts.nlink} hard links to a file, which would change under its other names too`,
      'Grant a copy, or the folder that it lies in',
    )
  return {
    path: real,
    writable: access === 'write',
    directory: facts.isDirectory(),
    device: facts.dev,
    inode: facts.ino,
  }
}

// The kernel's own file systems show the host and its devices; /run holds sockets, and our home inside.
const neverGranted = ['/proc', '/dev', '/sys', '/run']
// The jail is built from these, also for the next program.
const neverWritable = [
  '/usr',
  '/bin',
  '/sbin',
  '/lib',
  '/lib32',
  '/lib64',
  '/libx32',
  '/etc',
  '/boot',
  // Tables of what runs at what time.
  '/var/spool',
]

function refuseSystem(path: string, real: string): void {
  if (real === '/')
    throw refusal(path, 'it is the whole file system', 'Grant the folder that is needed')
  const closed = neverGranted.find((root) => isInside(root, real))
  if (closed !== undefined)
    throw refusal(path, `"${closed}" belongs to the system`, 'Copy what is needed into a folder')
}

function refuseDenied(path: string, real: string, { denied }: GrantRules): void {
  const above = denied.find((each) => isInside(each, real))
  if (above !== undefined)
    throw refusal(path, `"${above}" is denied, and what is denied wins`, 'Take one of them out')
}

function refuseWriting(path: string, real: string, { state, homes }: GrantRules): void {
  const system = neverWritable.find(
    (root) => (isInside(root, real) && !isInside('/usr/local', real)) || isInside(real, root),
  )
  if (system !== undefined)
    throw refusal(path, `"${system}" belongs to the system`, 'Grant it for reading')
  const own = state.find((root) => isInside(root, real) || isInside(real, root))
  if (own !== undefined)
    throw refusal(path, `the sandbox keeps its own state in "${own}"`, 'Grant another folder')
  const home = homeIn(real, homes)
  if (home !== undefined)
    throw refusal(
      path,
      `"${home}" is a home, and what is written there runs at the next login`,
      'Grant the folder in it that is needed',
    )
  const later = startedLater(real, homes) ?? bareRepository(real)
  if (later !== undefined)
    throw refusal(
      path,
      `it holds ${later}, and nobody would be asked when that runs`,
      'Grant it for reading, or grant another folder',
    )
}

function refuseSecret(path: string, real: string, { homes }: GrantRules): void {
  const secret = secretAt(real, homes)
  if (secret !== undefined)
    throw refusal(
      path,
      `it holds ${secret}`,
      'Leave it out; whoever takes the risk can have it read by naming it in fs.dangerous',
    )
}

/** Git itself takes such a folder for a repository (setup.c, `is_git_directory`). */
function bareRepository(folder: string): string | undefined {
  const isBare = ['HEAD', 'objects', 'refs'].every((name) => existsSync(join(folder, name)))
  return isBare ? 'a repository, whose settings and hooks start programs' : undefined
}
