import type { NameResolver } from './name-resolver.ts'

// Each lookup by the system holds one of the few threads that the files of the host are read by, too.
const atOnce = 8
// Each of them may be tried at one time.
const mostAddresses = 6

/** Resolves names, few at a time, and gives up with the signal whatever the resolver does. */
export class NameQueue {
  readonly #resolve: NameResolver
  readonly #waiting: (() => void)[] = []
  #running = 0

  constructor(resolve: NameResolver) {
    this.#resolve = resolve
  }

  /** @throws whatever the resolver throws, or the reason of the signal */
  async resolve(name: string, signal: AbortSignal): Promise<readonly string[]> {
    signal.throwIfAborted()
    const given = Promise.withResolvers<never>()
    const giveUp = (): void => given.reject(signal.reason)
    signal.addEventListener('abort', giveUp, { once: true })
    try {
      await this.#turn()
      try {
        signal.throwIfAborted()
        const found = await Promise.race([given.promise, this.#resolve(name, { signal })])
        return found.slice(0, mostAddresses)
      } finally {
        this.#next()
      }
    } finally {
      signal.removeEventListener('abort', giveUp)
      // Nobody may be waiting for it.
      given.promise.catch(() => undefined)
    }
  }

  async #turn(): Promise<void> {
    if (this.#running < atOnce) this.#running += 1
    else await new Promise<void>((go) => this.#waiting.push(go))
  }

  /** Hands the turn on, so that nobody who comes meanwhile takes it. */
  #next(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#running -= 1
    else next()
  }
}
