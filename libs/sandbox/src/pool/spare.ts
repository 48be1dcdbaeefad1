import { readFileSync } from 'node:fs'
import type { JailedProcess } from '../jail/jailed-process.ts'
import { readStat } from '../machine/process-stat.ts'
import type { ReceiptFinding } from '../receipt.ts'
import type { SandboxedProcess } from '../sandbox.ts'
import type { ProgramFiles } from '../jail/program-files.ts'

/** What is known of a program that was started ahead, and can be looked at again. */
export interface SpareParts {
  readonly program: JailedProcess
  readonly files: ProgramFiles
  /** CPU time that it may use before it has a tenant, in milliseconds. */
  readonly mostCpuMs: number
  /** Reads again what its receipt says. @returns what the minimum asks for and is no more proved */
  readonly findLost: () => readonly ReceiptFinding[]
  /** Whether a file of the host that it was given is another one by now. */
  readonly isSwapped: () => boolean
}

/** A program in a jail of its own, let go before it has a tenant. */
export class Spare implements AsyncDisposable {
  readonly #parts: SpareParts
  #isWaiting = false

  constructor(parts: SpareParts) {
    this.#parts = parts
  }

  get program(): SandboxedProcess {
    return this.#parts.program
  }

  /** Whether it has begun, and was seen to wait. */
  get isWaiting(): boolean {
    return this.#isWaiting
  }

  /** What it holds; none where it is gone. */
  readMemory(): number {
    try {
      return this.#parts.program.memoryBytes
    } catch {
      return 0
    }
  }

  /**
   * Lets a tenant in, unless it is no more what it was started as.
   *
   * @returns why it is not, for people
   */
  letIn(signal: AbortSignal | undefined): string | undefined {
    try {
      const reason = this.#findReason()
      if (reason !== undefined) return reason
      const { program, mostCpuMs } = this.#parts
      return program.letIn(signal) > mostCpuMs
        ? `it used more than ${mostCpuMs} ms of CPU time to begin`
        : undefined
    } catch {
      return ended
    }
  }

  /** Resolves when it waits for something to come, and once it is gone or too much time has passed without. */
  async settle(): Promise<void> {
    const { pid } = this.#parts.program
    for (let look = 0, slept: string | undefined; look < mostLooks; look += 1) {
      await pause(lookMs)
      if (this.#parts.program.isGone) return
      const sleeps = readSleeps(pid)
      // A moment of rest may be one between two reads of a disk: one that lasts from look to look is none.
      if (sleeps !== undefined && sleeps === slept) break
      slept = sleeps
    }
    this.#isWaiting = true
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.program[Symbol.asyncDispose]()
  }

  #findReason(): string | undefined {
    const { program, files, findLost, isSwapped } = this.#parts
    if (program.isGone || isDead(program.pid)) return ended
    if (isSwapped() || files.haveChanged()) return 'a file that it was given is another one by now'
    const [lost] = findLost()
    if (lost !== undefined) return `${lost.item} is no more proved (${lost.evidence})`
    return undefined
  }
}

const ended = 'it ended'
const lookMs = 8
const mostLooks = 250

/** Neither holds the host's program. */
async function pause(delayMs: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  setTimeout(() => resolve(undefined), delayMs).unref()
  await promise
}

/** What is dead may not have been waited for yet. */
function isDead(pid: number): boolean {
  const { state } = readStat(pid)
  return state === 'Z' || state === 'X'
}

/** How often a process that sleeps has gone to sleep; undefined where it runs, or is gone. */
function readSleeps(pid: number): string | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    if (!/^State:\tS/m.test(status)) return undefined
    return /^voluntary_ctxt_switches:\t(\d+)$/m.exec(status)?.[1]
  } catch {
    return undefined
  }
}
