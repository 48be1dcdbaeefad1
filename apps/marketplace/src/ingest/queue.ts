/** Does one piece of work after the other, in the order they came. */
export class Queue {
  #last: Promise<void> = Promise.resolve()
  #length = 0

  /** How many wait or are at work. */
  get length(): number {
    return this.#length
  }

  /** What the work comes to, once it had its turn. */
  run<T>(work: () => Promise<T>): Promise<T> {
    this.#length += 1
    const outcome = this.#last.then(work).finally(() => {
      this.#length -= 1
    })
    this.#last = outcome.then(
      () => undefined,
      () => undefined,
    )
    return outcome
  }

  /** Resolves when all that was waiting is done. */
  async idle(): Promise<void> {
    await this.#last
  }
}
