import { lstatSync } from 'node:fs'
import { isInside } from '@mb/kernel'
import { devices, type ExpectedMount } from '../../jail/jail-plan.ts'
import { readMounts, type Mount } from '../../machine/mount-table.ts'
import type { Finding } from '../../proof/finding.ts'
import { ownNamespace } from '../../proof/own-namespace.ts'
import { meetingPlace } from './container-arguments.ts'

/**
 * Compares the mounts of a container with what was asked for. The engine adds some of its own, which are known by name and may be
 * read at most; setuid bits count for nothing without new privileges, which is another item.
 */
export function readContainerFiles(pid: number, expected: readonly ExpectedMount[]): Finding {
  const namespace = ownNamespace(pid, 'mnt')
  if (!namespace.proved) return namespace
  const found = readMounts(pid)
  const asked = expected.filter(({ path }) => !isOfEngine(path))
  const problems = [
    ...asked.map((mount) => judge(pid, mount, found)),
    ...found.map((mount) => judgeOther(pid, mount, asked)),
    ...requiredOfProc.map((path) =>
      found.some((mount) => mount.path === path && !mount.writable)
        ? undefined
        : `${path}: can be written`,
    ),
  ]
  const problem = problems.find((each) => each !== undefined)
  return problem === undefined
    ? { proved: true, evidence: `${found.length} mounts, as granted and of the engine` }
    : { proved: false, evidence: problem }
}

/** File systems in memory that the program can fill, as the host finds them. */
export function scratchOf(init: number): readonly string[] {
  return readMounts(init)
    .filter(({ type, writable }) => type === 'tmpfs' && writable)
    .map(({ path }) => `/proc/${init}/root${path}`)
}

const requiredOfProc = ['/proc/sys', '/proc/bus', '/proc/fs', '/proc/irq']

function isOfEngine(path: string): boolean {
  return path === '/proc' || path.startsWith('/proc/') || isDevice(path) || path === '/dev/pts'
}

function isDevice(path: string): boolean {
  return devices.some((name) => path === `/dev/${name}`)
}

function judge(
  pid: number,
  { path, kind, writable, source }: ExpectedMount,
  mounts: readonly Mount[],
): string | undefined {
  const found = mounts.findLast((mount) => mount.path === path)
  if (found === undefined) return `${path}: is not mounted`
  if (found.writable && !writable && path !== '/dev') return `${path}: is writable`
  if (kind === 'tmpfs' && path !== '/' && found.type !== 'tmpfs') return `${path}: is ${found.type}`
  if (source === undefined) return undefined
  const { dev, ino } = lstatSync(`/proc/${pid}/root${path}`)
  return dev === source.device && ino === source.inode
    ? undefined
    : `${path}: is another file than the one granted`
}

function judgeOther(
  pid: number,
  { path, type, writable }: Mount,
  asked: readonly ExpectedMount[],
): string | undefined {
  if (asked.some((mount) => mount.path === path)) return undefined
  if (isKnown(pid, { path, type, writable })) return undefined
  const holder = asked
    .filter((mount) => mount.kind === 'bind' && isInside(mount.path, path))
    .toSorted((a, b) => a.path.length - b.path.length)
    .at(-1)
  if (holder === undefined || !readMounts('self').some((mount) => mount.path === path))
    return `${path}: was not asked for`
  return writable && !holder.writable ? `${path}: is writable` : undefined
}

/** What an engine mounts in each container. */
function isKnown(pid: number, mount: Pick<Mount, 'path' | 'type' | 'writable'>): boolean {
  const { path, type, writable } = mount
  if (path === '/proc') return type === 'proc'
  if (path.startsWith('/proc/'))
    return (type === 'proc' && !writable) || (type === 'tmpfs' && !writable) || isNull(pid, path)
  if (path === '/dev/pts') return type === 'devpts'
  if (path === '/dev/mqueue') return type === 'mqueue'
  if (isDevice(path)) return isSameDevice(pid, path)
  // Empty ones lie over what the kernel tells of the machine.
  if (path === '/sys') return type === 'tmpfs'
  if (path === '/sys/fs/cgroup') return type === 'tmpfs' && !writable
  return !writable && filesOfEngine.has(path)
}

const filesOfEngine = new Set([
  meetingPlace,
  '/etc/passwd',
  '/etc/group',
  '/etc/hostname',
  '/etc/hosts',
  '/etc/resolv.conf',
  '/run/.containerenv',
])

function isNull(pid: number, path: string): boolean {
  return lstatSync(`/proc/${pid}/root${path}`).rdev === lstatSync('/dev/null').rdev
}

function isSameDevice(pid: number, path: string): boolean {
  return lstatSync(`/proc/${pid}/root${path}`).rdev === lstatSync(path).rdev
}
