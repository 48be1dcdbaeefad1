import { existsSync } from 'node:fs'
import { childrenOf, sendSignal, type JailMembers } from './jail-members.ts'

/**
 * The processes below a loader, where no namespace holds them together: it adopts what is orphaned, so that nothing that the
 * program starts leaves its tree, in whatever session it goes.
 */
export class Descendants implements JailMembers {
  readonly own = undefined
  readonly #loader: number

  /** @param loader the process that the host has started, which is none of the program's */
  constructor(loader: number) {
    this.#loader = loader
  }

  list(): readonly string[] {
    if (!existsSync(`/proc/${this.#loader}`)) throw new TypeError('Cannot list: it is gone')
    return this.#find().map((pid) => `/proc/${pid}`)
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    for (const pid of this.#find()) sendSignal(pid, signal)
  }

  /** The loader ends what it has started and adopted, then itself. */
  kill(): void {
    sendSignal(this.#loader, 'SIGTERM')
  }

  /** A walk may miss what is orphaned meanwhile: the next one finds it with the loader. */
  #find(): readonly number[] {
    const found = new Set<number>()
    const pending = [...childrenOf(this.#loader)]
    for (let pid = pending.pop(); pid !== undefined; pid = pending.pop()) {
      if (found.has(pid)) continue
      found.add(pid)
      pending.push(...childrenOf(pid))
    }
    return [...found]
  }
}
