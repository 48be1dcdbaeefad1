/**
 * Does one piece of work after the other. Those for whom it is done take turns: however much one of them brings, the
 * others wait for one piece of it.
 */
export class Queue {
  readonly #lanes = new Map<string, (() => Promise<void>)[]>()
  readonly #lengths = new Map<string, number>()
  #working: Promise<void> | undefined

  /** How many wait or are at work. */
  get length(): number {
    return [...this.#lengths.values()].reduce((sum, each) => sum + each, 0)
  }

  /** How many of somebody wait or are at work. */
  lengthOf(whose: string): number {
    return this.#lengths.get(whose) ?? 0
  }

  /** What the work comes to, once it had its turn. */
  run<T>(whose: string, work: () => Promise<T>): Promise<T> {
    const { promise: turn, resolve: begin } = Promise.withResolvers<void>()
    const outcome = turn.then(work).finally(() => this.#leave(whose))
    const ended = outcome.then(
      () => undefined,
      () => undefined,
    )
    this.#lengths.set(whose, this.lengthOf(whose) + 1)
    const lane = this.#lanes.get(whose) ?? []
    this.#lanes.set(whose, lane)
    lane.push(() => {
      begin()
      return ended
    })
    this.#working ??= this.#work()
    return outcome
  }

  /** Resolves when all that was waiting is done. */
  async idle(): Promise<void> {
    await this.#working
  }

  async #work(): Promise<void> {
    for (let next = this.#take(); next !== undefined; next = this.#take()) await next()
    this.#working = undefined
  }

  /** The first piece of the lane that waited longest, which goes to the end. */
  #take(): (() => Promise<void>) | undefined {
    const [first] = this.#lanes
    if (first === undefined) return undefined
    const [whose, lane] = first
    const next = lane.shift()
    this.#lanes.delete(whose)
    if (lane.length > 0) this.#lanes.set(whose, lane)
    return next
  }

  #leave(whose: string): void {
    const left = this.lengthOf(whose) - 1
    if (left > 0) this.#lengths.set(whose, left)
    else this.#lengths.delete(whose)
  }
}
