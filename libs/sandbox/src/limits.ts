/** How much a program and everything it starts may use. What is left out is not limited. */
export interface SandboxLimits {
  /** From letting the program go, in milliseconds. */
  readonly wallMs?: number | undefined
  /** CPU time of the whole tree, in seconds. */
  readonly cpuSeconds?: number | undefined
  /** Private and shared memory of the whole tree with its temporary files, in bytes. File pages do not count. */
  readonly memoryBytes?: number | undefined
  /** Processes at one time. */
  readonly processes?: number | undefined
  /** Size of the largest file that may be written, in bytes. */
  readonly fileBytes?: number | undefined
  /** Descriptors of one process. */
  readonly openFiles?: number | undefined
}

/** A limit that the kernel keeps for each process (getrlimit(2)). */
export interface ResourceLimit {
  /** As named in `/proc/PID/limits`. */
  readonly name: string
  /** Number of the resource, the same on x64 and arm64. */
  readonly resource: number
  readonly soft: number
  readonly hard: number
}

/**
 * The limits that the kernel keeps by itself, also while the host's event loop is busy.
 *
 * @throws RangeError for a limit that is no positive number
 */
export function resourceLimits(limits: SandboxLimits): readonly ResourceLimit[] {
  checkLimits(limits)
  // A dump of the program's memory would land in a granted folder, or in the host's crash collector.
  const kept: ResourceLimit[] = [{ name: 'Max core file size', resource: 4, soft: 0, hard: 0 }]
  if (limits.cpuSeconds !== undefined) {
    // SIGXCPU at the soft limit can be handled, SIGKILL at the hard one cannot.
    const soft = Math.ceil(limits.cpuSeconds)
    kept.push({ name: 'Max cpu time', resource: 0, soft, hard: soft + 1 })
  }
  if (limits.fileBytes !== undefined)
    kept.push(both('Max file size', 1, Math.floor(limits.fileBytes)))
  if (limits.openFiles !== undefined)
    kept.push(both('Max open files', 7, Math.floor(limits.openFiles)))
  return kept
}

/**
 * Most threads that the limit on processes allows, as a bound that the kernel keeps between two looks of the watchdog.
 * Node alone has eleven threads, so that this is wide; root is exempt from it (kernel/fork.c).
 */
export function threadLimit(limits: SandboxLimits): number | undefined {
  return limits.processes === undefined ? undefined : Math.max(256, limits.processes * 32)
}

function both(name: string, resource: number, value: number): ResourceLimit {
  return { name, resource, soft: value, hard: value }
}

function checkLimits(limits: SandboxLimits): void {
  for (const [name, value] of Object.entries(limits)) {
    if (value === undefined) continue
    if (typeof value !== 'number' || !(value > 0) || value > Number.MAX_SAFE_INTEGER) {
      throw new RangeError(
        `Cannot limit ${name} to ${String(value)}: it has to be a positive number`,
      )
    }
  }
  if (limits.openFiles !== undefined && limits.openFiles < 16) {
    throw new RangeError('Cannot limit openFiles below 16: no program can start with fewer')
  }
}
