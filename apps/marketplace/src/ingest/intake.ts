import { HttpProblem } from '../problem.ts'
import type { Queue } from './queue.ts'

/** How much is taken in at the same time. */
export interface IntakeLimits {
  /** Uploads by all. */
  readonly uploads: number
  /** Uploads by one account. */
  readonly uploadsOfOne: number
  /** Packages that wait to be judged. */
  readonly waiting: number
  /** Packages of one account that wait. */
  readonly waitingOfOne: number
}

const defaults: IntakeLimits = { uploads: 32, uploadsOfOne: 4, waiting: 100, waitingOfOne: 25 }

/** Keeps the packages that lie on disk unjudged to a number that a disk can hold. */
export class Intake {
  readonly #queue: Queue
  readonly #limits: IntakeLimits
  readonly #uploads = new Map<string, number>()

  constructor(queue: Queue, limits: Partial<IntakeLimits> = {}) {
    this.#queue = queue
    this.#limits = { ...defaults, ...limits }
  }

  /**
   * Does the work of an upload when there is a place for it.
   *
   * @throws HttpProblem `busy`, `rate-limited`
   */
  async during<T>(account: string, work: () => Promise<T>): Promise<T> {
    const own = this.#uploads.get(account) ?? 0
    this.#checkPlace(account, own)
    this.#uploads.set(account, own + 1)
    try {
      return await work()
    } finally {
      const left = (this.#uploads.get(account) ?? 1) - 1
      if (left > 0) this.#uploads.set(account, left)
      else this.#uploads.delete(account)
    }
  }

  #checkPlace(account: string, own: number): void {
    if (own >= this.#limits.uploadsOfOne) {
      throw new HttpProblem('rate-limited', `Account "${account}" has ${own} uploads under way`, {
        headers: { 'retry-after': '5' },
      })
    }
    const waiting = this.#queue.lengthOf(account)
    if (waiting >= this.#limits.waitingOfOne) {
      throw new HttpProblem(
        'rate-limited',
        `Account "${account}" has ${waiting} packages that wait`,
        {
          headers: { 'retry-after': '30' },
        },
      )
    }
    const all = [...this.#uploads.values()].reduce((sum, each) => sum + each, 0)
    if (all < this.#limits.uploads && this.#queue.length < this.#limits.waiting) return
    throw new HttpProblem('busy', 'Too many packages are on their way in', {
      headers: { 'retry-after': '30' },
    })
  }
}
