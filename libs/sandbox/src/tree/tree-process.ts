import type { ChildProcess } from 'node:child_process'
import { Duplex, type Readable, type Writable } from 'node:stream'
import { errorCode } from '@mb/kernel'
import type { ExceededLimit, SandboxLimits } from '../limits.ts'
import type { Receipt } from '../receipt.ts'
import { SandboxError } from '../sandbox-error.ts'
import type { Exit, SandboxedProcess, SpawnOptions, Violation } from '../sandbox.ts'
import { passedLimit } from '../watch/passed-limit.ts'
import { followOutput, readOutput } from '../watch/read-output.ts'
import { kindOfLimit, violationsOf } from '../watch/violations.ts'
import { readTable, sumTree } from './process-table.ts'

/** What a program is held to, and what was made for it. */
export interface TreeOptions {
  readonly limits: SandboxLimits
  readonly options: SpawnOptions
  /** Takes away what was made for this one program. */
  readonly remove: () => Promise<void>
}

/**
 * A program as a group of processes, watched by ps(1): what there is where neither a loader nor a `/proc` is. What leaves the group and is
 * orphaned between two looks is missed.
 */
export class TreeProcess implements SandboxedProcess {
  readonly pid: number
  readonly stdin: Writable | null
  readonly stdout: Readable | null
  readonly stderr: Readable | null
  readonly channel: Duplex | null
  readonly receipt: Receipt
  readonly exited: Promise<Exit>
  readonly #child: ChildProcess
  readonly #limits: SandboxLimits
  readonly #startedMs = performance.now()
  readonly #seen = new Set<number>()
  #timers: readonly NodeJS.Timeout[] = []
  #peakBytes = 0
  #cpuMs = 0
  #exceeded: ExceededLimit | undefined

  /** @throws SandboxError `MB_SANDBOX_FAILED` where it did not start */
  constructor(child: ChildProcess, receipt: Receipt, { limits, options, remove }: TreeOptions) {
    if (child.pid === undefined)
      throw new SandboxError('MB_SANDBOX_FAILED', 'Cannot start the program: no process was made')
    const channel = child.stdio[3]
    this.#child = child
    this.#limits = limits
    this.pid = child.pid
    this.stdin = options.stdin === 'pipe' ? child.stdin : null
    this.stdout = (options.stdout ?? 'pipe') === 'pipe' ? child.stdout : null
    this.stderr = (options.stderr ?? 'pipe') === 'pipe' ? child.stderr : null
    this.channel = channel instanceof Duplex ? channel : null
    this.receipt = receipt
    this.#watch()
    const abort = (): void => this.kill()
    options.signal?.addEventListener('abort', abort, { once: true })
    if (options.signal?.aborted === true) abort()
    this.exited = this.#waitForExit().finally(async () => {
      options.signal?.removeEventListener('abort', abort)
      await remove()
    })
  }

  get violations(): readonly Violation[] {
    return violationsOf(this.#exceeded, undefined)
  }

  kill(signal: NodeJS.Signals = 'SIGKILL'): void {
    if (signal !== 'SIGKILL') return send(this.pid, signal)
    send(-this.pid, signal)
    for (const pid of this.#seen) send(pid, signal)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.kill()
    await this.exited
  }

  #watch(): void {
    const { wallMs, outputBytes } = this.#limits
    const look = (): void => void this.#look()
    if (outputBytes !== undefined) followOutput(this.#child, () => this.#lookAtOutput())
    const expire = (value: number): void => {
      const used = Math.max(value, performance.now() - this.#startedMs)
      this.#end({ limit: 'wallMs', value, used })
    }
    this.#timers = [
      setInterval(look, intervalMs),
      ...(wallMs === undefined || wallMs >= 2 ** 31
        ? []
        : [setTimeout(() => expire(wallMs), wallMs)]),
    ]
  }

  #lookAtOutput(): void {
    const output = passedLimit(this.#limits, 'outputBytes', () => readOutput(this.#child))
    if (output !== undefined) this.#end(output)
  }

  async #look(): Promise<void> {
    const { memoryBytes, cpuSeconds, processes } = this.#limits
    this.#lookAtOutput()
    if (memoryBytes === undefined && cpuSeconds === undefined && processes === undefined) return
    try {
      const { pids, residentBytes, cpuMs } = sumTree(await readTable(), this.pid)
      for (const pid of pids) this.#seen.add(pid)
      this.#peakBytes = Math.max(this.#peakBytes, residentBytes)
      this.#cpuMs = Math.max(this.#cpuMs, cpuMs)
      const exceeded =
        passedLimit(this.#limits, 'processes', () => pids.length) ??
        passedLimit(this.#limits, 'memoryBytes', () => residentBytes) ??
        passedLimit(this.#limits, 'cpuSeconds', () => cpuMs / 1000)
      if (exceeded !== undefined) this.#end(exceeded)
    } catch {
      // A machine that is too busy to answer is asked again.
    }
  }

  #end(exceeded: ExceededLimit): void {
    if (this.#exceeded !== undefined) return
    this.#exceeded = exceeded
    this.kill()
  }

  async #waitForExit(): Promise<Exit> {
    const { promise, resolve } = Promise.withResolvers<undefined>()
    this.#child.once('close', () => resolve(undefined))
    // What it left in its group goes with it, and with that whoever holds its streams open.
    this.#child.once('exit', () => this.kill())
    await promise
    for (const timer of this.#timers) clearTimeout(timer)
    const exceeded = this.#exceeded
    return {
      code: this.#child.exitCode,
      signal: this.#child.signalCode,
      ...(exceeded === undefined ? {} : { ended: kindOfLimit[exceeded.limit], exceeded }),
      usage: {
        cpuMs: this.#cpuMs,
        peakMemoryBytes: this.#peakBytes,
        wallMs: performance.now() - this.#startedMs,
      },
      violations: this.violations,
    }
  }
}

const intervalMs = 200

/** To a process, or by a negative number to a group; either may be gone. */
function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if (errorCode(error) !== 'ESRCH' && errorCode(error) !== 'EPERM') throw error
  }
}
