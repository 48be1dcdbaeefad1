import { existsSync, lstatSync, readlinkSync } from 'node:fs'
import { dirname } from 'node:path'
import { homeInside, type GrantedPath, type ResolvedPolicy } from '../../policy.ts'
import { seccompFilter } from '../../seccomp/filter.ts'
import type { Architecture } from '../../seccomp/system-calls.ts'
import { firstDataDescriptor, statusDescriptor } from './loader.ts'

/** A mount that has to be there, and how. */
export interface ExpectedMount {
  readonly path: string
  readonly kind: 'bind' | 'tmpfs' | 'proc' | 'devpts'
  readonly writable: boolean
  /** Of a bind: the file or folder that has to be found there. */
  readonly source?: { readonly device: number; readonly inode: number }
}

/** A jail in full: what bubblewrap is told, what it needs for that, and what has to come of it. */
export interface JailPlan {
  readonly options: readonly string[]
  readonly data: readonly Uint8Array[]
  readonly mounts: readonly ExpectedMount[]
  readonly env: Readonly<Record<string, string>>
}

/** Draws up the jail for a policy. */
export function planJail(policy: ResolvedPolicy, architecture: Architecture): JailPlan {
  const files = accountFiles()
  const data = [seccompFilter(architecture), ...files.map(({ text }) => Buffer.from(text))]
  const system = systemMounts()
  const scratch = ['/dev/shm', '/tmp', homeInside]
  const options: readonly (readonly string[])[] = [
    isolation,
    ['--json-status-fd', String(statusDescriptor), '--seccomp', dataDescriptor(0)],
    system.options,
    ...files.map(({ path }, index) => [
      '--perms',
      '0444',
      '--file',
      dataDescriptor(index + 1),
      path,
    ]),
    ['--proc', '/proc'],
    ...hiddenInProc().map((path) => ['--ro-bind', '/dev/null', path]),
    // The jail's own first process: its memory could be written, and through its link to bubblewrap, on a mount of the host,
    // root could change that program's mode and owner.
    ['--size', '4096', '--tmpfs', firstProcess],
    ['--remount-ro', firstProcess],
    // Root inside is root outside to the kernel's settings: without this /proc/sys/kernel/core_pattern can be written.
    ['--remount-ro', '/proc'],
    ['--dev', '/dev'],
    ...scratch.map((path) => ['--size', String(policy.tmpBytes), '--tmpfs', path]),
    ['--remount-ro', '/dev'],
    ...policy.paths.map(({ path, writable }) => [writable ? '--bind' : '--ro-bind', path, path]),
    ['--remount-ro', '/'],
    ...Object.entries(policy.env).map(([name, value]) => ['--setenv', name, value]),
  ]
  return {
    options: options.flat(),
    data,
    env: policy.env,
    mounts: expectedMounts(policy.paths, system.binds, scratch),
  }
}

/** The first file in memory holds the options themselves. */
function dataDescriptor(index: number): string {
  return String(firstDataDescriptor + 1 + index)
}

const isolation = [
  '--unshare-all',
  '--unshare-user',
  '--disable-userns',
  '--die-with-parent',
  '--new-session',
  '--cap-drop',
  'ALL',
  '--hostname',
  'sandbox',
  '--clearenv',
]

/** The system's runtime: programs, libraries, and the few settings that a loader and a clock need. */
function systemMounts(): { options: readonly string[]; binds: readonly string[] } {
  const binds = ['/usr']
  const options = ['--ro-bind', '/usr', '/usr']
  const places = ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32']
  const settings = [
    '/etc/ld.so.cache',
    '/etc/ld.so.conf',
    '/etc/ld.so.conf.d',
    '/etc/localtime',
    '/etc/alternatives',
  ]
  for (const path of [...places, ...settings]) {
    const facts = lstatSync(path, { throwIfNoEntry: false })
    if (facts === undefined) continue
    if (facts.isSymbolicLink()) options.push('--symlink', readlinkSync(path), path)
    else {
      options.push('--ro-bind', path, path)
      binds.push(path)
    }
  }
  return { options, binds }
}

/** The least that programs look up about who and where they are, instead of the host's own. */
function accountFiles(): readonly { path: string; text: string }[] {
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0]
  const root = uid === 0 ? '' : 'root:x:0:0:root:/:/usr/sbin/nologin\n'
  return [
    { path: '/etc/passwd', text: `${root}sandbox:x:${uid}:${gid}:sandbox:${homeInside}:/bin/sh\n` },
    { path: '/etc/group', text: `${gid === 0 ? '' : 'root:x:0:\n'}sandbox:x:${gid}:\n` },
    { path: '/etc/hosts', text: '127.0.0.1 localhost\n::1 localhost\n' },
  ]
}

/** Names of the host's keys, which are in no namespace. */
function hiddenInProc(): readonly string[] {
  return ['/proc/keys', '/proc/key-users'].filter((path) => existsSync(path))
}

const firstProcess = '/proc/1'

function expectedMounts(
  granted: readonly GrantedPath[],
  system: readonly string[],
  scratch: readonly string[],
): readonly ExpectedMount[] {
  const devices = ['null', 'zero', 'full', 'random', 'urandom', 'tty']
  const all: readonly ExpectedMount[] = [
    { path: '/', kind: 'tmpfs', writable: false },
    { path: '/proc', kind: 'proc', writable: false },
    ...hiddenInProc().map((path) => bind(path, false, '/dev/null')),
    { path: firstProcess, kind: 'tmpfs', writable: false },
    { path: '/dev', kind: 'tmpfs', writable: false },
    ...devices.map((name) => bind(`/dev/${name}`, true)),
    { path: '/dev/pts', kind: 'devpts', writable: true },
    ...scratch.map((path) => ({ path, kind: 'tmpfs' as const, writable: true })),
    ...system.map((path) => bind(path, false)),
    ...granted.map(({ path, writable, device, inode }) => ({
      path,
      kind: 'bind' as const,
      writable,
      source: { device, inode },
    })),
  ]
  // A grant may lie over a mount of ours, as for /tmp: the one on top counts.
  return [...new Map(all.map((mount) => [mount.path, mount])).values()]
}

function bind(path: string, writable: boolean, from: string = path): ExpectedMount {
  const { dev, ino } = lstatSync(from)
  return { path, kind: 'bind', writable, source: { device: dev, inode: ino } }
}

/** Whether a path can be seen inside: it was granted, or belongs to the runtime or the scratch space. */
export function isVisible(mounts: readonly ExpectedMount[], path: string): boolean {
  const holders = new Set(mounts.filter(({ kind }) => kind === 'bind').map((mount) => mount.path))
  for (let part = path; part !== '/'; part = dirname(part)) if (holders.has(part)) return true
  return false
}
