import type { GroupAccount } from '../cgroup/run-group.ts'
import type { ExceededLimit, SandboxLimits } from '../limits.ts'
import type { JailMeter } from './jail-usage.ts'
import { limitOfGroup, passedLimit } from './passed-limit.ts'

/** What a watchdog looks at. */
export interface Watched {
  readonly limits: SandboxLimits
  readonly meter: JailMeter
  /** What the kernel counts for the run, where a cgroup holds it. */
  readonly readGroup: () => GroupAccount | undefined
  /** Bytes of output that have come so far. */
  readonly readOutput: () => number
  /** Whether something that was hidden or kept lies open. */
  readonly isUncovered: () => boolean
}

/** What a program used while it waited for its tenant. */
export interface UsedBefore {
  readonly cpuMs: number
  readonly written: number
  readonly output: number
}

/** Looks at a jail every 50 ms and tells when a limit is passed. */
export class Watchdog {
  readonly #watched: Watched
  readonly #exceed: (limit: ExceededLimit | undefined) => void
  readonly #timers: NodeJS.Timeout[] = []
  #isOver = false
  #peakBytes = 0
  #cpuMs = 0
  #before: UsedBefore = { cpuMs: 0, written: 0, output: 0 }
  #failures = 0

  /** @param exceed called once, with the limit, or without one when the jail can no longer be watched or does not hold */
  constructor(watched: Watched, exceed: (limit: ExceededLimit | undefined) => void) {
    this.#watched = watched
    this.#exceed = exceed
  }

  /** The highest sum that was seen. */
  get peakBytes(): number {
    return this.#peakBytes
  }

  /** The highest sum of CPU time that was seen. */
  get cpuMs(): number {
    return this.#cpuMs
  }

  /** What the program had used before it was begun to count. */
  get before(): UsedBefore {
    return this.#before
  }

  /** Looks once more, before it is killed: the kernel gives no account of processes that nobody lived to wait for. */
  lookLast(): void {
    try {
      const { meter } = this.#watched
      const list = meter.list()
      if (list.length <= mostAtLast) this.#cpuMs = meter.readCpuMs(list)
    } catch {
      // It is gone already.
    }
  }

  /** Looks now and then at a program that waits; nothing goes on for the sake of that. */
  startIdle(): void {
    this.#timers.push(setInterval(() => this.#look(), idleIntervalMs).unref())
  }

  /**
   * Goes on as {@link start} does, from what is used by now.
   *
   * @throws where the jail is gone
   */
  startFromHere(): void {
    this.stop()
    const { meter, limits, readGroup, readOutput } = this.#watched
    const list = meter.list()
    this.#before = {
      cpuMs: readGroup()?.cpuMs ?? meter.readCpuMs(list),
      written: limits.writtenBytes === undefined ? 0 : meter.readWritten(list),
      output: readOutput(),
    }
    // That was a look: the next one is the first that finds anything new.
    this.#setTimers()
  }

  start(): void {
    this.#setTimers()
    this.#look()
  }

  #setTimers(): void {
    const { wallMs } = this.#watched.limits
    const startedMs = performance.now()
    // Longer than a timer can be set is longer than anything runs.
    if (wallMs !== undefined && wallMs < 2 ** 31) {
      // A timer may be a fraction of a millisecond early.
      const elapsed = (): number => Math.max(wallMs, performance.now() - startedMs)
      const expire = (): void => this.#end({ limit: 'wallMs', value: wallMs, used: elapsed() })
      this.#timers.push(setTimeout(expire, wallMs))
    }
    this.#timers.push(setInterval(() => this.#look(), intervalMs))
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers.length = 0
  }

  /** Looks at the output alone, as it comes: between two looks a program writes more than a host should have to hold. */
  lookAtOutput(): void {
    const limit = this.#findTooMuchOutput()
    if (limit !== undefined) this.#end(limit)
  }

  #look(): void {
    try {
      if (this.#watched.isUncovered()) return this.#end(undefined)
      const limit = this.#findExceeded()
      this.#failures = 0
      if (limit !== undefined) this.#end(limit)
    } catch {
      // Mostly it is gone, and its status on the way, which a kill would replace. If not, it hides.
      this.#failures += 1
      if (this.#failures > maxFailures) this.#end(undefined)
    }
  }

  #findExceeded(): ExceededLimit | undefined {
    const { limits, meter, readGroup } = this.#watched
    const list = meter.list()
    const crowd = passedLimit(limits, 'processes', () => list.length)
    // It becomes more while its processes are read one by one.
    if (crowd !== undefined) return crowd
    const group = readGroup()
    // Memory and CPU time are read also where they are not limited: they are told at the end.
    const [bytes, cpuSeconds] = [this.#readMemory(list, group), this.#readCpu(list, group)]
    return (
      (group && limitOfGroup(limits, group, list.length)) ??
      passedLimit(limits, 'memoryBytes', () => bytes) ??
      passedLimit(limits, 'cpuSeconds', () => cpuSeconds - this.#before.cpuMs / 1000) ??
      passedLimit(limits, 'threads', () => meter.readThreads(list)) ??
      passedLimit(limits, 'writtenBytes', () => meter.readWritten(list) - this.#before.written) ??
      this.#findTooMuchOutput()
    )
  }

  #findTooMuchOutput(): ExceededLimit | undefined {
    const { limits, readOutput } = this.#watched
    return passedLimit(limits, 'outputBytes', () => readOutput() - this.#before.output)
  }

  /** What a cgroup keeps needs no sum; what it may not count is held to the limit by itself. */
  #readMemory(list: readonly string[], group: GroupAccount | undefined): number {
    if (group?.peakBytes !== undefined) return this.#watched.meter.readBesideGroup()
    const bytes = this.#watched.meter.readMemory(list)
    this.#peakBytes = Math.max(this.#peakBytes, bytes)
    return bytes
  }

  /** In seconds. */
  #readCpu(list: readonly string[], group: GroupAccount | undefined): number {
    if (group?.cpuMs !== undefined) return group.cpuMs / 1000
    this.#cpuMs = this.#watched.meter.readCpuMs(list)
    return this.#cpuMs / 1000
  }

  #end(limit: ExceededLimit | undefined): void {
    if (this.#isOver) return
    this.#isOver = true
    this.stop()
    this.#exceed(limit)
  }
}

const intervalMs = 50
const idleIntervalMs = 1000
const maxFailures = 4
// A crowd becomes more while it is looked at.
const mostAtLast = 64
