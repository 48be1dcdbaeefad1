import { existsSync, lstatSync, readlinkSync } from 'node:fs'
import { dirname } from 'node:path'
import { homeInside, type ResolvedPolicy } from '../policy.ts'
import type { Cover } from '../policy/cover.ts'
import type { GrantedPath } from '../policy/granted-path.ts'
import { seccompFilter } from '../seccomp/filter.ts'
import type { Architecture } from '../seccomp/system-calls.ts'

/** A mount that has to be there, and how. */
export interface ExpectedMount {
  readonly path: string
  readonly kind: 'bind' | 'tmpfs' | 'proc' | 'devpts'
  readonly writable: boolean
  /** Of a bind: the file or folder that has to be found there. */
  readonly source?: { readonly path: string; readonly device: number; readonly inode: number }
  /** Whether it lies over something in a granted folder, and goes with that when a program of the host replaces it. */
  readonly isCover?: boolean
}

/** One thing that a backend puts into a jail, after those before it. */
export type JailPart =
  /** A file or folder of the host at `path`, with what is mounted below it; `from` where it is another. */
  | {
      readonly kind: 'bind'
      readonly path: string
      readonly from?: string
      readonly writable: boolean
      readonly directory: boolean
    }
  | { readonly kind: 'link'; readonly path: string; readonly target: string }
  /** A file to read, in memory. */
  | { readonly kind: 'file'; readonly path: string; readonly text: string }
  | { readonly kind: 'tmpfs'; readonly path: string; readonly bytes: number }
  /** The processes inside. */
  | { readonly kind: 'proc'; readonly path: string }
  /** The devices in {@link devices}, and terminals of the jail's own. */
  | { readonly kind: 'devices'; readonly path: string }
  /** From here on nothing changes in the file system that is mounted there. */
  | { readonly kind: 'close'; readonly path: string }

/** A jail in full: what is put into it, and what has to come of it. */
export interface JailPlan {
  /** In order; the root is an empty file system in memory. */
  readonly parts: readonly JailPart[]
  readonly filter: Uint8Array
  readonly mounts: readonly ExpectedMount[]
  readonly env: Readonly<Record<string, string>>
}

/** The devices inside, which are the host's. */
export const devices: readonly string[] = ['null', 'zero', 'full', 'random', 'urandom', 'tty']

/** Draws up the jail for a policy. */
export function planJail(policy: ResolvedPolicy, architecture: Architecture): JailPlan {
  const system = systemParts()
  const scratch = ['/dev/shm', '/tmp', homeInside]
  const parts: readonly JailPart[] = [
    ...system,
    ...accountFiles(),
    { kind: 'proc', path: '/proc' },
    ...hiddenInProc().map(coverWithNull),
    // The jail's own first process: its memory could be written, and through its link to the program that it runs, on a mount of
    // the host, root could change that program's mode and owner.
    { kind: 'tmpfs', path: firstProcess, bytes: 4096 },
    { kind: 'close', path: firstProcess },
    // Root inside is root outside to the kernel's settings: without this /proc/sys/kernel/core_pattern can be written.
    { kind: 'close', path: '/proc' },
    { kind: 'devices', path: '/dev' },
    ...scratch.map((path) => ({ kind: 'tmpfs' as const, path, bytes: policy.tmpBytes })),
    { kind: 'close', path: '/dev' },
    ...policy.parts,
    ...grantParts(policy),
    { kind: 'close', path: '/' },
  ]
  const binds = system.filter(({ kind }) => kind === 'bind').map(({ path }) => path)
  return {
    parts,
    filter: seccompFilter(architecture),
    env: policy.env,
    mounts: expectedMounts(policy, binds, scratch),
  }
}

/** What is granted and what lies over it, parents before what lies in them: a key may be granted in a folder that is hidden. */
function grantParts({ paths, covers }: ResolvedPolicy): readonly JailPart[] {
  const granted = paths.map(({ path, writable, directory }) => bindPart(path, writable, directory))
  const parts = [...granted, ...covers.map(coverPart)]
  const emptied = covers.filter(({ kind }) => kind === 'hidden')
  return [
    ...parts.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0)),
    ...emptied.filter(isFolder).map(({ path }) => ({ kind: 'close' as const, path })),
  ]
}

function coverPart(cover: Cover): JailPart {
  const { path } = cover
  switch (cover.kind) {
    case 'hidden':
      return cover.directory ? { kind: 'tmpfs', path, bytes: 4096 } : coverWithNull(path)
    case 'kept':
      return bindPart(path, false, cover.directory)
    case 'pinned':
      return bindPart(path, true, true)
    case 'held':
    default:
      return { ...bindPart(path, false, true), from: cover.from }
  }
}

function bindPart(
  path: string,
  writable: boolean,
  directory: boolean,
): JailPart & { readonly kind: 'bind' } {
  return { kind: 'bind', path, writable, directory }
}

function isFolder(cover: Cover): boolean {
  return cover.kind === 'hidden' && cover.directory
}

/** The system's runtime: programs, libraries, and the few settings that a loader and a clock need. */
function systemParts(): readonly JailPart[] {
  const places = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32']
  const settings = [
    '/etc/ld.so.cache',
    '/etc/ld.so.conf',
    '/etc/ld.so.conf.d',
    '/etc/localtime',
    '/etc/alternatives',
  ]
  return [...places, ...settings].flatMap((path): readonly JailPart[] => {
    const facts = lstatSync(path, { throwIfNoEntry: false })
    if (facts === undefined) return []
    if (facts.isSymbolicLink()) return [{ kind: 'link', path, target: readlinkSync(path) }]
    return [{ kind: 'bind', path, writable: false, directory: facts.isDirectory() }]
  })
}

/** The least that programs look up about who and where they are, instead of the host's own. */
function accountFiles(): readonly JailPart[] {
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0]
  const root = uid === 0 ? '' : 'root:x:0:0:root:/:/usr/sbin/nologin\n'
  const texts = {
    '/etc/passwd': `${root}sandbox:x:${uid}:${gid}:sandbox:${homeInside}:/bin/sh\n`,
    '/etc/group': `${gid === 0 ? '' : 'root:x:0:\n'}sandbox:x:${gid}:\n`,
    '/etc/hosts': '127.0.0.1 localhost\n::1 localhost\n',
  }
  return Object.entries(texts).map(([path, text]) => ({ kind: 'file', path, text }))
}

/** Names of the host's keys, which are in no namespace. */
function hiddenInProc(): readonly string[] {
  return ['/proc/keys', '/proc/key-users'].filter((path) => existsSync(path))
}

function coverWithNull(path: string): JailPart {
  return { kind: 'bind', path, from: '/dev/null', writable: false, directory: false }
}

const firstProcess = '/proc/1'

function expectedMounts(
  { paths, covers }: ResolvedPolicy,
  system: readonly string[],
  scratch: readonly string[],
): readonly ExpectedMount[] {
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
    ...paths.map((granted) => known(granted, granted.writable)),
    ...covers.map((cover) => ({ ...coverMount(cover), isCover: true })),
  ]
  // A grant may lie over a mount of ours, as for /tmp: the one on top counts.
  return [...new Map(all.map((mount) => [mount.path, mount])).values()]
}

function coverMount(cover: Cover): ExpectedMount {
  switch (cover.kind) {
    case 'hidden':
      return cover.directory
        ? { path: cover.path, kind: 'tmpfs', writable: false }
        : bind(cover.path, false, '/dev/null')
    case 'held':
      return known(cover, false, cover.from)
    case 'kept':
    case 'pinned':
    default:
      return known(cover, cover.kind === 'pinned')
  }
}

function known(
  { path, device, inode }: Pick<GrantedPath, 'path' | 'device' | 'inode'>,
  writable: boolean,
  from: string = path,
): ExpectedMount {
  return { path, kind: 'bind', writable, source: { path: from, device, inode } }
}

function bind(path: string, writable: boolean, from: string = path): ExpectedMount {
  const { dev, ino } = lstatSync(from)
  return { path, kind: 'bind', writable, source: { path: from, device: dev, inode: ino } }
}

/** Whether a path can be seen inside: it was granted, or belongs to the runtime, and nothing of ours lies over it. */
export function isVisible(mounts: readonly ExpectedMount[], path: string): boolean {
  const byPath = new Map(mounts.map((mount) => [mount.path, mount]))
  for (let part = path; ; part = dirname(part)) {
    const mount = byPath.get(part)
    if (mount !== undefined) return isOfHost(mount)
    if (part === '/') return false
  }
}

function isOfHost({ kind, path, source }: ExpectedMount): boolean {
  return kind === 'bind' && (source === undefined || source.path === path)
}
