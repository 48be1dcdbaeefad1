import { lstatSync } from 'node:fs'
import { isInside } from '@mb/kernel'
import type { ExpectedMount } from '../jail/jail-plan.ts'
import { readMounts, type Mount } from '../machine/mount-table.ts'
import type { Finding } from './finding.ts'
import { ownNamespace } from './own-namespace.ts'

/** Compares the mounts of a process with what was asked for. */
export function readFilesystem(pid: number, mounts: readonly ExpectedMount[]): Finding {
  const namespace = ownNamespace(pid, 'mnt')
  if (!namespace.proved) return namespace
  const found = readMounts(pid)
  for (const mount of mounts) {
    const problem = judgeMount(
      pid,
      mount,
      found.findLast(({ path }) => path === mount.path),
    )
    if (problem !== undefined) return { proved: false, evidence: `${mount.path}: ${problem}` }
  }
  for (const mount of found) {
    const problem = judgeUnknown(mount, mounts)
    if (problem !== undefined) return { proved: false, evidence: `${mount.path}: ${problem}` }
  }
  return { proved: true, evidence: `${found.length} mounts, each as granted` }
}

function judgeMount(
  pid: number,
  expected: ExpectedMount,
  found: Mount | undefined,
): string | undefined {
  if (found === undefined) return 'is not mounted'
  if (expected.kind !== 'bind' && found.type !== expected.kind) return `is ${found.type}`
  if (found.writable && !expected.writable) return 'is writable'
  if (!found.options.has('nosuid')) return 'honours setuid bits'
  if (expected.source === undefined) return undefined
  // Seen from the host through the process's own root: the very file that was granted, not what took its name since.
  const { dev, ino } = lstatSync(`/proc/${pid}/root${expected.path}`)
  return dev === expected.source.device && ino === expected.source.inode
    ? undefined
    : 'is another file than the one granted'
}

/** A mount that was not asked for: one of the host's below a granted folder, or a cover in /proc. */
function judgeUnknown(found: Mount, expected: readonly ExpectedMount[]): string | undefined {
  if (expected.some(({ path }) => path === found.path)) return undefined
  if (found.path.startsWith('/proc/') && found.type === 'proc' && !found.writable) return undefined
  const holder = expected
    .filter(({ kind, path }) => kind === 'bind' && isInside(path, found.path))
    .reduce<ExpectedMount | undefined>(
      (deepest, mount) => (deepest && deepest.path.length > mount.path.length ? deepest : mount),
      undefined,
    )
  if (holder === undefined || !readMounts('self').some(({ path }) => path === found.path))
    return 'was not asked for'
  return found.writable && !holder.writable ? 'is writable' : undefined
}
