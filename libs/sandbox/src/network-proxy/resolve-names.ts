import type { NameResolver } from './name-resolver.ts'

// Each lookup by the system holds one of the few threads that the files of the host are read by, too.
const atOnce = 8
// Of whom nobody waits any more, and that go on: the system cannot be told to give up. Turns of more of them are not handed on.
const mostLeft = 8
// Each of them may be tried at one time.
const mostAddresses = 6

/** Resolves names, few at a time, and gives up with the signal whatever the resolver does. */
export class NameQueue {
  readonly #resolve: NameResolver
  readonly #waiting = new Set<() => void>()
  #running = 0
  #left = 0

  constructor(resolve: NameResolver) {
    this.#resolve = resolve
  }

  /** @throws whatever the resolver throws, or the reason of the signal */
  async resolve(name: string, signal: AbortSignal): Promise<readonly string[]> {
    signal.throwIfAborted()
    const given = Promise.withResolvers<never>()
    const giveUp = (): void => given.reject(signal.reason)
    signal.addEventListener('abort', giveUp, { once: true })
    // Nobody may be waiting for it.
    given.promise.catch(() => undefined)
    try {
      await this.#turn(signal)
      const found = await Promise.race([given.promise, this.#ask(name, signal)])
      return found.slice(0, mostAddresses)
    } finally {
      signal.removeEventListener('abort', giveUp)
    }
  }

  /** Asks, and hands the turn on: when there is an answer, or when nobody waits for it, as long as few go on like that. */
  async #ask(name: string, signal: AbortSignal): Promise<readonly string[]> {
    let isLeft = false
    const leave = (): void => {
      if (this.#left >= mostLeft) return
      this.#left += 1
      isLeft = true
      this.#next()
    }
    signal.addEventListener('abort', leave, { once: true })
    try {
      signal.throwIfAborted()
      return await this.#resolve(name, { signal })
    } finally {
      signal.removeEventListener('abort', leave)
      if (isLeft) this.#left -= 1
      else this.#next()
    }
  }

  async #turn(signal: AbortSignal): Promise<void> {
    if (this.#running < atOnce) {
      this.#running += 1
      return
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const giveUp = (): void => {
      this.#waiting.delete(resolve)
      reject(signal.reason)
    }
    this.#waiting.add(resolve)
    signal.addEventListener('abort', giveUp, { once: true })
    try {
      await promise
    } finally {
      signal.removeEventListener('abort', giveUp)
    }
  }

  /** Hands the turn on, so that nobody who comes meanwhile takes it. */
  #next(): void {
    const [next] = this.#waiting
    if (next === undefined) {
      this.#running -= 1
      return
    }
    this.#waiting.delete(next)
    next()
  }
}
