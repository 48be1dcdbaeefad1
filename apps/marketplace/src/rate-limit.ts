import type { Clock } from '@mb/kernel'

/** How much somebody may do: a burst, and then so many a minute. */
export interface RateLimit {
  readonly burst: number
  readonly perMinute: number
}

const maxKnown = 10_000

/** Counts what each of many does, by token buckets; the longest idle are forgotten, which fills their buckets. */
export class RateLimiter {
  readonly #limit: RateLimit
  readonly #clock: Clock
  readonly #buckets = new Map<string, { level: number; at: number }>()

  constructor(limit: RateLimit, clock: Clock) {
    this.#limit = limit
    this.#clock = clock
  }

  /** Takes one from somebody's bucket. @returns seconds to wait when it is empty, otherwise 0 */
  take(who: string): number {
    const { burst, perMinute } = this.#limit
    const now = this.#clock.monotonic()
    const before = this.#buckets.get(who) ?? { level: burst, at: now }
    const gained = (Math.max(now - before.at, 0) / 60_000) * perMinute
    const level = Math.min(burst, before.level + gained)
    this.#buckets.delete(who)
    this.#buckets.set(who, { level: level < 1 ? level : level - 1, at: now })
    if (this.#buckets.size > maxKnown) {
      const [oldest] = this.#buckets.keys()
      if (oldest !== undefined) this.#buckets.delete(oldest)
    }
    return level < 1 ? Math.ceil(((1 - level) / perMinute) * 60) : 0
  }
}
