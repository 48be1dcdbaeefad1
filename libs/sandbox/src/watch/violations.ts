import type { GroupAccount } from '../cgroup/run-group.ts'
import type { ExceededLimit, LimitName } from '../limits.ts'
import type { EndedBy, Violation } from '../sandbox.ts'

/** What kind of limit each is. */
export const kindOfLimit: Readonly<Record<LimitName, EndedBy>> = {
  wallMs: 'wall',
  cpuSeconds: 'cpu',
  memoryBytes: 'memory',
  processes: 'processes',
  threads: 'threads',
  fileBytes: 'file',
  writtenBytes: 'written',
  outputBytes: 'output',
}

/** The limit that was passed, as often as the kernel has counted that. */
export function violationsOf(
  exceeded: ExceededLimit | undefined,
  group: GroupAccount | undefined,
): readonly Violation[] {
  if (exceeded === undefined) return []
  const { limit } = exceeded
  const counted = limit === 'memoryBytes' ? group?.killed : isOfTasks(limit) ? group?.refused : 1
  return [{ kind: 'limit', name: limit, count: Math.max(1, counted ?? 1) }]
}

function isOfTasks(limit: LimitName): boolean {
  return limit === 'threads' || limit === 'processes'
}
