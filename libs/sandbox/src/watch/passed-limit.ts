import type { GroupAccount } from '../cgroup/run-group.ts'
import type { ExceededLimit, LimitName, SandboxLimits } from '../limits.ts'

/** Whether a limit is passed. What is not limited is not looked for. */
export function passedLimit(
  limits: SandboxLimits,
  limit: LimitName,
  use: () => number,
): ExceededLimit | undefined {
  const value = limits[limit]
  if (value === undefined) return undefined
  const used = use()
  return used > value ? { limit, value, used } : undefined
}

/**
 * The limit that a cgroup has kept: by ending a process that wanted more, or by refusing one more.
 *
 * @param processes how many there were
 */
export function limitOfGroup(
  limits: SandboxLimits,
  { killed, refused, peakBytes }: GroupAccount,
  processes: number,
): ExceededLimit | undefined {
  const { memoryBytes, threads } = limits
  if (killed > 0 && memoryBytes !== undefined)
    return { limit: 'memoryBytes', value: memoryBytes, used: peakBytes ?? memoryBytes }
  if (refused === 0) return undefined
  // All of them were in use when one more was refused.
  if (threads !== undefined) return { limit: 'threads', value: threads, used: threads }
  return limits.processes === undefined
    ? undefined
    : { limit: 'processes', value: limits.processes, used: processes }
}

/** The limit that the kernel keeps for each process, and ends it for with a signal of its own. */
export function limitOfSignal(
  { cpuSeconds, fileBytes }: SandboxLimits,
  signal: NodeJS.Signals | null,
  cpuMs: number,
): ExceededLimit | undefined {
  if (signal === 'SIGXCPU' && cpuSeconds !== undefined)
    // It counts by ticks for this, and exactly for the account: the one can be behind the other.
    return { limit: 'cpuSeconds', value: cpuSeconds, used: Math.max(cpuSeconds, cpuMs / 1000) }
  return signal === 'SIGXFSZ' && fileBytes !== undefined
    ? { limit: 'fileBytes', value: fileBytes, used: fileBytes }
    : undefined
}
