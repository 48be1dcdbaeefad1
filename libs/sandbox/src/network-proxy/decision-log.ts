import type { Violation } from '../sandbox.ts'
import type { Asked, EndReason, NetworkDecision, RefusalReason } from './network-decision.ts'
import { formatTarget } from './target.ts'

/** Why something was refused, and words on it. */
export interface Refusal {
  readonly reason: RefusalReason
  readonly detail: string
}

/** What became of something that was allowed. */
export interface Ending {
  readonly reason: EndReason
  /** That was connected to. */
  readonly address?: string
  readonly bytesUp: number
  readonly bytesDown: number
  readonly durationMs: number
}

// A program that does nothing but being refused fills neither the memory nor the disk of its host.
const toldOneByOne = 1000
const namesKept = 256

/** Tells each decision, and keeps what of them is a violation. */
export class DecisionLog {
  readonly #tell: (decision: NetworkDecision) => void
  readonly #counts = new Map<string, number>()
  #refused = 0
  #untold = 0
  #ids = 0

  constructor(tell: (decision: NetworkDecision) => void) {
    this.#tell = tell
  }

  /**
   * What was refused, or ended by a limit, by host and port; what names none by the reason, and hosts beyond the first 256 together, as
   * `others`.
   */
  get violations(): readonly Violation[] {
    return [...this.#counts].map(([name, count]) => ({ kind: 'network', name, count }))
  }

  /** The number of the next request. */
  next(): number {
    return ++this.#ids
  }

  allowed(asked: Asked, address: string | undefined): void {
    this.#tell({
      ...this.#line('decided', asked),
      allowed: true,
      ...(address === undefined ? {} : { address }),
    })
  }

  refused(asked: Asked, { reason, detail }: Refusal): void {
    this.#count(asked.port === 0 ? reason : formatTarget(asked))
    this.#refused += 1
    if (this.#refused <= toldOneByOne) {
      this.#tell({ ...this.#line('decided', asked), allowed: false, reason, detail })
      return
    }
    this.#untold += 1
    if (this.#untold === toldOneByOne) this.tellSum()
  }

  ended(asked: Asked, ending: Ending): void {
    if (isLimit(ending.reason)) this.#count(formatTarget(asked))
    this.#tell({ ...this.#line('ended', asked), allowed: true, ...ending })
  }

  /** Tells how many refusals were not told since the last time. */
  tellSum(): void {
    const count = this.#untold
    if (count === 0) return
    this.#untold = 0
    const asked = { id: this.#ids, host: 'others', port: 0, method: '' }
    this.#tell({ ...this.#line('summed', asked), allowed: false, count })
  }

  #line(
    kind: NetworkDecision['kind'],
    { id, host, port, method }: Asked,
  ): Omit<NetworkDecision, 'allowed'> {
    return { at: new Date().toISOString(), kind, id, host, port, method }
  }

  #count(wanted: string): void {
    const isKept = this.#counts.has(wanted) || this.#counts.size < namesKept
    const name = isKept ? wanted : 'others'
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1)
  }
}

function isLimit(reason: EndReason): boolean {
  return reason.endsWith('Ms') || reason.startsWith('bytes')
}
