/** Counts what comes against a sustained rate and a burst. */
export class TokenBucket {
  readonly #capacity: number
  readonly #perSecond: number
  readonly #now: () => number
  #tokens: number
  #at: number

  /** @param now a clock that never goes back, in milliseconds */
  constructor(
    { burst, perSecond }: { readonly burst: number; readonly perSecond: number },
    now: () => number,
  ) {
    this.#capacity = burst
    this.#perSecond = perSecond
    this.#now = now
    this.#tokens = burst
    this.#at = now()
  }

  /** Takes tokens if there are enough. */
  tryTake(count: number): boolean {
    this.#refill()
    if (this.#tokens < count) return false
    this.#tokens -= count
    return true
  }

  /** Takes tokens in advance: how long to wait until they are there, in milliseconds. */
  reserve(count: number): number {
    this.#refill()
    this.#tokens -= count
    return this.#tokens >= 0 ? 0 : Math.ceil((-this.#tokens / this.#perSecond) * 1000)
  }

  #refill(): void {
    const now = this.#now()
    this.#tokens = Math.min(
      this.#capacity,
      this.#tokens + ((now - this.#at) / 1000) * this.#perSecond,
    )
    this.#at = now
  }
}
