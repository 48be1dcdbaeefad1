import type { SandboxLimits } from '../limits.ts'
import type { EndedBy } from '../sandbox.ts'
import type { JailMeter } from './jail-usage.ts'

/** Looks at a jail every 50 ms and tells when a limit is passed. */
export class Watchdog {
  readonly #limits: SandboxLimits
  readonly #meter: JailMeter
  readonly #exceed: (limit: EndedBy | undefined) => void
  readonly #timers: NodeJS.Timeout[] = []
  #peakBytes = 0
  #cpuMs = 0
  #failures = 0

  /** @param exceed called once, with the limit, or without one when the jail can no longer be watched */
  constructor(
    limits: SandboxLimits,
    meter: JailMeter,
    exceed: (limit: EndedBy | undefined) => void,
  ) {
    this.#limits = limits
    this.#meter = meter
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

  /** Looks once more, before it is killed: the kernel gives no account of processes that nobody lived to wait for. */
  lookLast(): void {
    try {
      const list = this.#meter.list()
      if (list.length <= mostAtLast) this.#cpuMs = this.#meter.readCpuMs(list)
    } catch {
      // It is gone already.
    }
  }

  start(): void {
    const { wallMs } = this.#limits
    // Longer than a timer can be set is longer than anything runs.
    if (wallMs !== undefined && wallMs < 2 ** 31)
      this.#timers.push(setTimeout(() => this.#end('wall'), wallMs))
    this.#timers.push(setInterval(() => this.#look(), intervalMs))
    this.#look()
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers.length = 0
  }

  #look(): void {
    try {
      const limit = this.#findExceeded()
      this.#failures = 0
      if (limit !== undefined) this.#end(limit)
    } catch {
      // Mostly it is gone, and its status on the way, which a kill would replace. If not, it hides.
      this.#failures += 1
      if (this.#failures > maxFailures) this.#end(undefined)
    }
  }

  #findExceeded(): EndedBy | undefined {
    const { processes, memoryBytes, cpuSeconds } = this.#limits
    const list = this.#meter.list()
    if (processes !== undefined && list.length > processes) return 'processes'
    const bytes = this.#meter.readMemory(list)
    this.#peakBytes = Math.max(this.#peakBytes, bytes)
    if (memoryBytes !== undefined && bytes > memoryBytes) return 'memory'
    this.#cpuMs = this.#meter.readCpuMs(list)
    if (cpuSeconds !== undefined && this.#cpuMs > cpuSeconds * 1000) return 'cpu'
    return undefined
  }

  #end(limit: EndedBy | undefined): void {
    this.stop()
    this.#exceed(limit)
  }
}

const intervalMs = 50
const maxFailures = 4
// A crowd becomes more while it is looked at.
const mostAtLast = 64
