import { requireKnownNames } from './known-names.ts'

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
  /** Threads of all its processes at one time. */
  readonly threads?: number | undefined
  /** Size of the largest file that may be written, in bytes. */
  readonly fileBytes?: number | undefined
  /**
   * Bytes that it writes to files in all, also where it writes over what is there. Temporary files count as memory. Where a granted
   * folder lies in a file system that the kernel keeps no account of, whatever is handed to a writing call counts, to pipes too.
   */
  readonly writtenBytes?: number | undefined
  /** Bytes of standard output and standard error together, where they are pipes to the host. */
  readonly outputBytes?: number | undefined
  /** Descriptors of one process. */
  readonly openFiles?: number | undefined
}

/** The name of a limit that ends a program. One that may open no more files is told so, and goes on. */
export type LimitName = Exclude<keyof SandboxLimits, 'openFiles'>

/** A limit that was passed. */
export interface ExceededLimit {
  readonly limit: LimitName
  /** What was allowed, in the unit of the limit. */
  readonly value: number
  /** What was used when it was noticed. */
  readonly used: number
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
 * @throws RangeError for a limit that is no positive number, TypeError for one that there is not
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
 * Most threads that there may be, the sandbox's own included: as a bound that the kernel keeps between two looks of the watchdog.
 * Node alone has eleven, so that a limit on processes leaves this wide; root is exempt from it (kernel/fork.c) where it is
 * not kept by a cgroup.
 */
export function threadLimit({ processes, threads }: SandboxLimits): number | undefined {
  if (threads !== undefined) return Math.floor(threads) + ownThreads
  return processes === undefined ? undefined : Math.max(256, Math.floor(processes) * 32)
}

// The first process inside, the one that waits for it outside, and what the gate may have left to be reaped.
const ownThreads = 3

function both(name: string, resource: number, value: number): ResourceLimit {
  return { name, resource, soft: value, hard: value }
}

const limitNames: Readonly<Record<keyof SandboxLimits, true>> = {
  wallMs: true,
  cpuSeconds: true,
  memoryBytes: true,
  processes: true,
  threads: true,
  fileBytes: true,
  writtenBytes: true,
  outputBytes: true,
  openFiles: true,
}

function checkLimits(limits: SandboxLimits): void {
  requireKnownNames('a limit', limits, limitNames)
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
