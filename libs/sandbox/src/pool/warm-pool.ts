import { SandboxError } from '../sandbox-error.ts'
import type { SandboxedProcess } from '../sandbox.ts'
import { whenHostIdles } from './host-idle.ts'
import type { PoolPlan, PoolStatus, TakeOptions } from './pool-options.ts'
import type { Spare } from './spare.ts'

/** Starts one program ahead; aborted, it leaves nothing. */
export type StartSpare = (signal: AbortSignal) => Promise<Spare>

/**
 * Programs started ahead, each for one tenant.
 *
 * New ones are started one at a time and when the host has a moment. What fails there is told to the next tenant, who starts anew.
 */
export class WarmPool implements AsyncDisposable {
  readonly #start: StartSpare
  readonly #plan: PoolPlan
  readonly #closing = new AbortController()
  /** The oldest first, which has had the most time to begin. */
  readonly #ready: Spare[] = []
  /** Started for nobody yet. */
  #unclaimed: Promise<Spare> | undefined
  #isFilling = false
  /** Set where more are not to be started until somebody takes one. */
  #isAtRest = false
  #lost = 0
  readonly #sizes = new WeakMap<Spare, number>()
  #largestBytes = 0
  #timer: NodeJS.Timeout | undefined
  #counts: Counts = { warm: 0, cold: 0, discarded: 0 }

  constructor(start: StartSpare, plan: PoolPlan) {
    this.#start = start
    this.#plan = plan
    this.#fill()
  }

  get status(): PoolStatus {
    const ready = this.#ready.filter(({ isWaiting }) => isWaiting).length
    return { ready, memoryBytes: this.#memoryBytes, ...this.#counts }
  }

  /**
   * @throws SandboxError `MB_SANDBOX_FAILED` where programs end before they are handed out, or the pool is closed; what starting throws
   */
  async take({ signal }: TakeOptions = {}): Promise<SandboxedProcess> {
    signal?.throwIfAborted()
    let reason = ''
    for (let attempt = 0; attempt < this.#plan.spares + mostNew; attempt += 1) {
      const waiting = this.#ready.shift()
      const spare = waiting ?? (await this.#startFor(signal))
      const unfit = spare.letIn(signal)
      if (unfit === undefined) {
        this.#count(waiting?.isWaiting === true ? 'warm' : 'cold')
        this.#isAtRest = false
        this.#lost = 0
        this.#fill()
        return spare.program
      }
      reason = unfit
      this.#discard(spare)
    }
    throw new SandboxError('MB_SANDBOX_FAILED', `Cannot hand out a program: ${reason}`, {
      hint: 'Run its command by itself to see what it does, or what changes its files',
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort(closed())
    clearInterval(this.#timer)
    await this.#unclaimed?.then((spare) => spare[Symbol.asyncDispose]()).catch(() => {})
    await Promise.all(this.#ready.splice(0).map((spare) => spare[Symbol.asyncDispose]()))
  }

  /** The one that is being started anyway, or one more. */
  async #startFor(signal: AbortSignal | undefined): Promise<Spare> {
    const starting = this.#unclaimed ?? this.#begin()
    this.#unclaimed = undefined
    try {
      return await abortable(starting, signal)
    } catch (error) {
      // Whoever goes leaves it to the next one.
      if (signal?.aborted === true)
        starting.then(
          (spare) => void this.#keep(spare),
          () => {},
        )
      throw error
    }
  }

  async #begin(): Promise<Spare> {
    this.#closing.signal.throwIfAborted()
    return this.#start(this.#closing.signal)
  }

  #fill(): void {
    if (this.#isFilling) return
    this.#isFilling = true
    void this.#fillUp().finally(() => {
      this.#isFilling = false
    })
  }

  async #fillUp(): Promise<void> {
    while (this.#wantsMore()) {
      await whenHostIdles()
      if (!this.#wantsMore()) return
      const starting = this.#begin()
      this.#unclaimed = starting
      const spare = await starting.catch(() => {})
      // A tenant was faster, who has it or its failure.
      if (this.#unclaimed !== starting) continue
      this.#unclaimed = undefined
      if (spare === undefined) this.#isAtRest = true
      else await this.#keep(spare)
    }
  }

  #wantsMore(): boolean {
    return (
      !this.#closing.signal.aborted &&
      !this.#isAtRest &&
      this.#ready.length < this.#plan.spares &&
      this.#memoryBytes + this.#largestBytes <= this.#plan.memoryBytes
    )
  }

  async #keep(spare: Spare): Promise<void> {
    if (this.#closing.signal.aborted || this.#ready.length >= this.#plan.spares)
      return this.#discard(spare)
    this.#ready.push(spare)
    const expire = setTimeout(() => this.#expire(spare), this.#plan.idleMs).unref()
    void spare.program.exited.finally(() => {
      clearTimeout(expire)
      this.#forget(spare)
    })
    this.#timer ??= setInterval(() => this.#measure(), measureMs).unref()
    await spare.settle()
    this.#measure()
  }

  /** One that nobody wanted for so long has no successor until somebody comes. */
  #expire(spare: Spare): void {
    if (!this.#remove(spare)) return
    this.#isAtRest = true
    this.#discard(spare)
  }

  /** One that ended by itself has one, but a program that always does so is not started for ever. */
  #forget(spare: Spare): void {
    if (!this.#remove(spare)) return
    this.#count('discarded')
    this.#lost += 1
    if (this.#lost >= mostLost) this.#isAtRest = true
    this.#fill()
  }

  /** Ends the largest, until the others keep to the bound. */
  #measure(): void {
    for (const spare of this.#ready) this.#sizes.set(spare, spare.readMemory())
    this.#largestBytes = Math.max(
      this.#largestBytes,
      ...this.#ready.map((each) => this.#sizeOf(each)),
    )
    while (this.#memoryBytes > this.#plan.memoryBytes) {
      const [largest] = this.#ready.toSorted((a, b) => this.#sizeOf(b) - this.#sizeOf(a))
      if (largest === undefined || !this.#remove(largest)) break
      this.#discard(largest)
    }
    if (this.#ready.length > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  /** Of those who wait still: one that was handed out leaves its room to the next. */
  get #memoryBytes(): number {
    return this.#ready.reduce((sum, spare) => sum + this.#sizeOf(spare), 0)
  }

  #sizeOf(spare: Spare): number {
    return this.#sizes.get(spare) ?? 0
  }

  #remove(spare: Spare): boolean {
    const index = this.#ready.indexOf(spare)
    if (index >= 0) this.#ready.splice(index, 1)
    return index >= 0
  }

  #discard(spare: Spare): void {
    this.#count('discarded')
    void spare[Symbol.asyncDispose]()
  }

  #count(what: keyof Counts): void {
    this.#counts = { ...this.#counts, [what]: this.#counts[what] + 1 }
  }
}

type Counts = Pick<PoolStatus, 'warm' | 'cold' | 'discarded'>

const measureMs = 1000
const mostLost = 3
// Each may be unfit for what changes just now; what changes always is told.
const mostNew = 3

function closed(): SandboxError {
  return new SandboxError('MB_SANDBOX_FAILED', 'Cannot hand out a program: the sandbox is closed')
}

async function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work
  const { promise, reject } = Promise.withResolvers<never>()
  const abort = (): void => reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([work, promise])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
