import { lstatSync, realpathSync, type Stats } from 'node:fs'
import { isAbsolute } from 'node:path'
import { errorCode, isInside } from '@mb/kernel'
import { SandboxError } from './sandbox-error.ts'

/** What a program may see and change. Nothing is implicit but the system's own runtime, and private scratch space. */
export interface SandboxPolicy {
  readonly fs?:
    | {
        /** Folders and files to read, by absolute path. */
        readonly read?: readonly string[] | undefined
        /** Folders and files to read and write, by absolute path. */
        readonly write?: readonly string[] | undefined
      }
    | undefined
  /** The whole environment, beside `PATH`, `HOME` and `TMPDIR`, which have values that work inside. */
  readonly env?: Readonly<Record<string, string>> | undefined
  /** Size of each of the private `/tmp`, `/dev/shm` and home. @default 64 MiB */
  readonly tmpBytes?: number | undefined
}

/** A path as it is granted: without links, and known by device and inode, so that a swap before the mount shows. */
export interface GrantedPath {
  readonly path: string
  readonly writable: boolean
  readonly directory: boolean
  readonly device: number
  readonly inode: number
}

/** A policy that was checked. */
export interface ResolvedPolicy {
  /** Parents before what lies in them. */
  readonly paths: readonly GrantedPath[]
  readonly env: Readonly<Record<string, string>>
  readonly tmpBytes: number
}

/** The home folder inside: in `/run`, where nothing can be granted, so that no grant hides it. */
export const homeInside = '/run/home'

/**
 * Follows links, and refuses what cannot be granted.
 *
 * @param state folders of ours that no program may change
 * @throws SandboxError `MB_SANDBOX_POLICY`
 */
export function resolvePolicy(policy: SandboxPolicy, state: readonly string[]): ResolvedPolicy {
  const write = (policy.fs?.write ?? []).map((path) => grant(path, true, state))
  const read = (policy.fs?.read ?? []).map((path) => grant(path, false, state))
  return {
    paths: withoutRedundant([...write, ...read]),
    env: environment(policy.env ?? {}),
    tmpBytes: scratchSize(policy.tmpBytes ?? 64 * 1024 * 1024),
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
]

function grant(path: string, writable: boolean, state: readonly string[]): GrantedPath {
  const { real, facts } = resolvePath(path)
  if (real === '/') throw refused(path, 'it is the whole file system', 'Grant the folder needed')
  const closed = neverGranted.find((root) => isInside(root, real))
  if (closed !== undefined)
    throw refused(path, `"${closed}" belongs to the system`, 'Copy what is needed into a folder')
  if (writable) {
    const system = neverWritable.find(
      (root) => isInside(root, real) && !isInside('/usr/local', real),
    )
    if (system !== undefined)
      throw refused(path, `"${system}" belongs to the system`, 'Grant it for reading')
    const own = state.find((root) => isInside(root, real) || isInside(real, root))
    if (own !== undefined)
      throw refused(path, `the sandbox keeps its own state in "${own}"`, 'Grant another folder')
  }
  if (!facts.isDirectory() && !facts.isFile())
    throw refused(path, 'it is neither a folder nor a regular file', 'Grant the folder it lies in')
  return {
    path: real,
    writable,
    directory: facts.isDirectory(),
    device: facts.dev,
    inode: facts.ino,
  }
}

function resolvePath(path: string): { real: string; facts: Stats } {
  if (!isAbsolute(path)) throw refused(path, 'it is not absolute', 'Give the whole path')
  if (path.includes('\0')) throw refused(path, 'it holds a NUL byte')
  try {
    const real = realpathSync.native(path)
    return { real, facts: lstatSync(real) }
  } catch (error) {
    const missing = errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR'
    throw new SandboxError(
      'MB_SANDBOX_POLICY',
      `Cannot grant ${JSON.stringify(path)}: ${missing ? 'it does not exist' : String(errorCode(error))}`,
      { cause: error, hint: missing ? 'Create it first, or leave it out' : undefined },
    )
  }
}

/** Drops what a wider grant holds already: a read in a readable folder, anything in a writable one. */
function withoutRedundant(paths: readonly GrantedPath[]): readonly GrantedPath[] {
  const sorted = paths.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
  return sorted.filter(
    (path, index) =>
      !sorted.some(
        (other, otherIndex) =>
          other !== path &&
          isInside(other.path, path.path) &&
          (other.writable || !path.writable) &&
          (other.path !== path.path || other.writable !== path.writable || otherIndex < index),
      ),
  )
}

// These steer the loader or the shell that waits at the gate: code named by them would run before the receipt is read.
const steering = /^(?:LD_.*|GLIBC_TUNABLES|GCONV_PATH|ENV|BASH_ENV|SHELLOPTS|BASHOPTS|PS4|IFS)$/

function environment(env: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  for (const [name, value] of Object.entries(env)) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) || value.includes('\0')) {
      throw new SandboxError(
        'MB_SANDBOX_POLICY',
        `Cannot pass ${JSON.stringify(name)} in the environment: it is no valid variable`,
      )
    }
    if (steering.test(name)) {
      throw new SandboxError(
        'MB_SANDBOX_POLICY',
        `Cannot pass "${name}" in the environment: it runs code before the sandbox is proved`,
        { hint: 'Leave it out, or have the program start another with it set' },
      )
    }
  }
  return {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    HOME: homeInside,
    TMPDIR: '/tmp',
    ...env,
  }
}

function scratchSize(bytes: number): number {
  if (!Number.isSafeInteger(bytes) || bytes < 4096)
    throw new RangeError(`Cannot size scratch space to ${bytes} bytes: it has to be 4096 or more`)
  return bytes
}

function refused(path: string, state: string, hint?: string): SandboxError {
  return new SandboxError('MB_SANDBOX_POLICY', `Cannot grant ${JSON.stringify(path)}: ${state}`, {
    hint,
    details: { path },
  })
}
