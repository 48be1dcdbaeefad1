import { existsSync } from 'node:fs'
import { readStat } from '../machine/process-stat.ts'
import { childrenOf, sendSignal, type JailMembers } from './jail-members.ts'

/**
 * The processes below a loader, where no namespace holds them together: it adopts what is orphaned, so that nothing that the
 * program starts leaves its tree, in whatever session it goes.
 */
export class Descendants implements JailMembers {
  readonly own = undefined
  readonly #loader: number
  /** When each began that was seen: with its number, what it is known by. */
  readonly #seen = new Map<number, number>()

  /** @param loader the process that the host has started, which is none of the program's */
  constructor(loader: number) {
    this.#loader = loader
  }

  list(): readonly string[] {
    if (!existsSync(`/proc/${this.#loader}`)) throw new TypeError('Cannot list: it is gone')
    const found = this.#find()
    for (const pid of found) if (!this.#seen.has(pid)) this.#remember(pid)
    return found.map((pid) => `/proc/${pid}`)
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    for (const pid of this.#find()) sendSignal(pid, signal)
  }

  /** The loader ends what it has started and adopted, then itself. */
  kill(): void {
    sendSignal(this.#loader, 'SIGTERM')
  }

  /**
   * Ends what is left of those that were seen, and what they have started, where the loader was killed and ends nothing any
   * more. What was never seen is beyond reach; the program itself follows its loader.
   */
  endLeft(): void {
    for (let pass = 0; pass < mostPasses; pass += 1) {
      const left = [...this.#seen].filter(([pid, started]) => startOf(pid) === started)
      if (left.length === 0) return
      for (const [pid] of left) {
        for (const child of childrenOf(pid)) this.#remember(child)
        sendSignal(pid, 'SIGKILL')
      }
    }
  }

  #remember(pid: number): void {
    const started = startOf(pid)
    if (started !== undefined) this.#seen.set(pid, started)
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

const mostPasses = 1000

/** When a process began that is no more dead than waited for; undefined where it is gone. */
function startOf(pid: number): number | undefined {
  try {
    const { state, startedTicks } = readStat(pid)
    return state === 'Z' || state === 'X' ? undefined : startedTicks
  } catch {
    return undefined
  }
}
