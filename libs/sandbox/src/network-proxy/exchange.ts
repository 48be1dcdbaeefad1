import type { Ending } from './decision-log.ts'
import type { EndReason } from './network-decision.ts'
import type { FullNetworkLimits } from './network-limits.ts'
import { startTimer } from './start-timer.ts'

/** One request or tunnel that is allowed: what it has carried, and when it is over. */
export class Exchange {
  readonly #limits: FullNetworkLimits
  readonly #over = new AbortController()
  readonly #timers: readonly (NodeJS.Timeout | undefined)[]
  readonly #idle: NodeJS.Timeout | undefined
  readonly #startedMs = performance.now()
  readonly #end: PromiseWithResolvers<Ending> = Promise.withResolvers()
  readonly #connecting: NodeJS.Timeout | undefined
  #address: string | undefined
  #bytesUp = 0
  #bytesDown = 0

  constructor(limits: FullNetworkLimits) {
    this.#limits = limits
    this.#connecting = startTimer(limits.connectMs, () => this.end('connectMs'))
    this.#idle = startTimer(limits.idleMs, () => this.end('idleMs'))
    const whole = startTimer(limits.durationMs, () => this.end('durationMs'))
    this.#timers = [this.#connecting, this.#idle, whole]
  }

  /** Aborted when it is over. */
  get signal(): AbortSignal {
    return this.#over.signal
  }

  /** How it has ended. */
  get ended(): Promise<Ending> {
    return this.#end.promise
  }

  /** Somebody has answered, at an address where it is we who know it. */
  connected(address?: string): void {
    this.#address = address
    clearTimeout(this.#connecting)
  }

  /** Counts what the program has sent. */
  up(bytes: number): void {
    this.#bytesUp += bytes
    this.#idle?.refresh()
    if (this.#bytesUp > this.#limits.bytesUp) this.end('bytesUp')
  }

  /** Counts what the program was sent. */
  down(bytes: number): void {
    this.#bytesDown += bytes
    this.#idle?.refresh()
    if (this.#bytesDown > this.#limits.bytesDown) this.end('bytesDown')
  }

  /** Ends it, for the first reason that is given. */
  end(reason: EndReason): void {
    if (this.signal.aborted) return
    for (const timer of this.#timers) clearTimeout(timer)
    this.#end.resolve({
      reason,
      ...(this.#address === undefined ? {} : { address: this.#address }),
      bytesUp: this.#bytesUp,
      bytesDown: this.#bytesDown,
      durationMs: Math.round(performance.now() - this.#startedMs),
    })
    this.#over.abort()
  }
}
