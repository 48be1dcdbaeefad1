import { lstatSync } from 'node:fs'
import type { SandboxLevel } from '../receipt.ts'
import type { ExpectedMount, JailPlan } from './jail-plan.ts'

/** What of the host's files may be read alone. What may be written to is no part of a program: tenants change it, one after the other. */
export function filesToRead({ mounts }: JailPlan): readonly string[] {
  return mounts.flatMap(({ source, writable, isCover }) =>
    source === undefined || writable || isCover === true ? [] : [source.path],
  )
}

/** Scratch space that lies in memory, and that no grant lies over. */
export function scratchOf(level: SandboxLevel, plan: JailPlan): readonly string[] {
  if (level !== 'sandbox') return []
  return plan.mounts
    .filter(({ kind, writable }) => kind === 'tmpfs' && writable)
    .map(({ path }) => path)
}

/** Over what something has to stay mounted. Where nothing is mounted nothing can come off. */
export function coversOf(level: SandboxLevel, plan: JailPlan): readonly string[] {
  if (level !== 'sandbox') return []
  return plan.mounts.filter(({ isCover }) => isCover === true).map(({ path }) => path)
}

/** What of the host's files may be written to; a device keeps nothing. */
export function writableOf(plan: JailPlan): readonly string[] {
  return plan.mounts.flatMap(({ kind, path, source, writable }) =>
    kind === 'bind' && writable && source !== undefined && !path.startsWith('/dev/')
      ? [source.path]
      : [],
  )
}

/** Whether a file that was granted is another one by now, or gone. */
export function isSwapped({ source }: ExpectedMount): boolean {
  if (source === undefined) return false
  const { dev, ino } = lstatSync(source.path, { throwIfNoEntry: false }) ?? {}
  return dev !== source.device || ino !== source.inode
}
