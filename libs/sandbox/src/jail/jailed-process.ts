import { constants } from 'node:os'
import type { Duplex, Readable, Writable } from 'node:stream'
import type { JailNetwork } from '../doorway/jail-network.ts'
import type { GroupAccount, RunGroup } from '../cgroup/run-group.ts'
import type { ExceededLimit, SandboxLimits } from '../limits.ts'
import type { Receipt } from '../receipt.ts'
import type { Exit, SandboxedProcess, Violation } from '../sandbox.ts'
import { freezeJail } from './freeze.ts'
import { sendSignal } from './jail-members.ts'
import { JailMeter } from '../watch/jail-usage.ts'
import { holdLoop } from '../loader/event-loop.ts'
import type { KernelAccount } from './last-words.ts'
import type { LaunchedJail } from './launch.ts'
import { findLostCovers } from '../watch/lost-covers.ts'
import { suspendWithHost, type Suspendable } from '../watch/suspension.ts'
import { limitOfGroup, limitOfSignal } from '../watch/passed-limit.ts'
import { followOutput, readOutput } from '../watch/read-output.ts'
import { kindOfLimit, violationsOf } from '../watch/violations.ts'
import { Watchdog } from '../watch/watchdog.ts'

/** What a program in a jail is held to. */
export interface Supervision {
  readonly limits: SandboxLimits
  /** Paths, as the host finds them, of file systems of the jail that lie in memory. */
  readonly scratch: readonly string[]
  /** What it may write to. */
  readonly writable: readonly string[]
  /** Places in granted folders over which something has to stay mounted. */
  readonly covers: readonly string[]
  /** The cgroups that hold it. */
  readonly group: RunGroup | undefined
  /** Its way out, where it has one. */
  readonly network: JailNetwork | undefined
  readonly signal: AbortSignal | undefined
  /** Whether it waits for a tenant, who is let in by {@link JailedProcess.letIn}. @default false */
  readonly isAhead?: boolean | undefined
}

/** A program in its jail, let go and watched. */
export class JailedProcess implements SandboxedProcess {
  readonly pid: number
  readonly stdin: Writable | null
  readonly stdout: Readable | null
  readonly stderr: Readable | null
  readonly channel: Duplex | null
  readonly receipt: Receipt
  readonly exited: Promise<Exit>
  readonly #jail: LaunchedJail
  readonly #limits: SandboxLimits
  readonly #watchdog: Watchdog
  readonly #meter: JailMeter
  #startedMs = performance.now()
  #signal: AbortSignal | undefined
  readonly #abort = (): void => this.kill()
  readonly #group: RunGroup | undefined
  readonly #network: JailNetwork | undefined
  #counted: GroupAccount | undefined
  #exceeded: ExceededLimit | undefined
  #uncovered: readonly string[] = []

  constructor(jail: LaunchedJail, receipt: Receipt, supervision: Supervision) {
    const { limits, scratch, writable, covers, group, network, signal } = supervision
    this.#group = group
    this.#network = network
    this.#jail = jail
    this.#limits = limits
    this.pid = jail.pid
    this.stdin = jail.stdin
    this.stdout = jail.stdout
    this.stderr = jail.stderr
    this.channel = jail.channel
    // A program that ends with something unread resets it. That is told by its end, and may not end the host.
    this.channel?.on('error', () => {})
    this.receipt = receipt
    this.#meter = new JailMeter(jail.members, scratch, writable)
    const watched = {
      limits,
      meter: this.#meter,
      readGroup: () => this.#readGroup(),
      readOutput: () => readOutput(jail.supervisor),
      isUncovered: () => {
        this.#uncovered = findLostCovers(jail.init, covers)
        return this.#uncovered.length > 0
      },
    }
    this.#watchdog = new Watchdog(watched, (limit) => {
      this.#exceeded ??= limit
      this.kill()
    })
    if (limits.outputBytes !== undefined)
      followOutput(jail.supervisor, () => this.#watchdog.lookAtOutput())
    const release = suspendWithHost(this.#suspendable())
    sendSignal(jail.pid, 'SIGCONT')
    if (supervision.isAhead === true) {
      this.#watchdog.startIdle()
      this.#hold(false)
    } else {
      this.#watchdog.start()
      this.#follow(signal)
    }
    this.exited = jail.ended.then(async (account) => {
      this.#signal?.removeEventListener('abort', this.#abort)
      this.#watchdog.stop()
      release()
      this.#readGroup()
      await group?.remove()
      await network?.[Symbol.asyncDispose]()
      return this.#exit(account)
    })
  }

  get violations(): readonly Violation[] {
    return [
      ...violationsOf(this.#exceeded, this.#counted),
      ...this.#uncovered.map((name) => ({ kind: 'uncovered-path' as const, name, count: 1 })),
      ...(this.#jail.denials?.violations ?? []),
      ...(this.#network?.violations ?? []),
    ]
  }

  /** Whether all of it is gone. */
  get isGone(): boolean {
    return this.#jail.isGone()
  }

  /**
   * Memory that it holds, as the limit on memory counts it.
   *
   * @throws where it is gone
   */
  get memoryBytes(): number {
    return this.#meter.readMemory(this.#meter.list())
  }

  /**
   * Begins to count for the tenant of a program that was started ahead.
   *
   * @returns CPU time that it has used until then, in milliseconds
   * @throws where it is gone
   */
  letIn(signal: AbortSignal | undefined): number {
    this.#startedMs = performance.now()
    this.#watchdog.startFromHere()
    this.#hold(true)
    this.#follow(signal)
    return this.#watchdog.before.cpuMs
  }

  kill(signal: NodeJS.Signals = 'SIGKILL'): void {
    if (this.#jail.isGone()) return
    if (signal !== 'SIGKILL') return sendSignal(this.pid, signal)
    // What it has asked for already is not carried out: whoever cannot record a decision ends it for that.
    void this.#network?.[Symbol.asyncDispose]()
    this.#watchdog.lookLast()
    endJail(this.#jail)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Whoever waits for its end has to live to see it.
    this.#hold(true)
    this.kill()
    await this.exited
  }

  #hold(isHeld: boolean): void {
    holdLoop([...this.#jail.handles, ...(this.#network?.handles ?? [])], isHeld)
  }

  #follow(signal: AbortSignal | undefined): void {
    this.#signal = signal
    if (signal?.aborted === true) this.kill()
    else signal?.addEventListener('abort', this.#abort, { once: true })
  }

  #suspendable(): Suspendable {
    const jail = this.#jail
    return {
      hasTerminal: jail.hasTerminal,
      freeze: () => {
        // What cannot be stopped may not go on unwatched.
        if (!jail.isGone() && !freezeJail(jail.members)) this.kill()
      },
      thaw: () => {
        if (!jail.isGone()) jail.members.signal('SIGCONT')
      },
      kill: () => this.kill(),
    }
  }

  #readGroup(): GroupAccount | undefined {
    this.#counted = this.#group?.read()
    return this.#counted
  }

  #exit(account: KernelAccount | undefined): Exit {
    const outcome = account === undefined ? killed : readStatus(account.status)
    const cpuMs = this.#counted?.cpuMs ?? Math.max(account?.cpuMs ?? 0, this.#watchdog.cpuMs)
    const usage = {
      cpuMs: Math.max(0, cpuMs - this.#watchdog.before.cpuMs),
      peakMemoryBytes:
        this.#counted?.peakBytes ?? Math.max(account?.peakBytes ?? 0, this.#watchdog.peakBytes),
      // Beyond microseconds its digits are of the arithmetic.
      wallMs: Math.round((performance.now() - this.#startedMs) * 1000) / 1000,
    }
    this.#exceeded ??=
      limitOfSignal(this.#limits, outcome.signal, usage.cpuMs) ??
      (this.#counted && limitOfGroup(this.#limits, this.#counted, 1))
    const exceeded = this.#exceeded
    return {
      ...outcome,
      ...(exceeded === undefined ? {} : { ended: kindOfLimit[exceeded.limit], exceeded }),
      usage,
      violations: this.violations,
      ...(this.#network === undefined ? {} : { network: this.#network.hosts }),
    }
  }
}

/** Ends everything in a jail. */
export function endJail(jail: LaunchedJail): void {
  if (jail.isGone()) return
  jail.members.kill()
  // What the first process does not take along, the loader ends one by one.
  const timer = setTimeout(() => jail.supervisor.kill('SIGTERM'), 1000)
  void jail.ended.finally(() => clearTimeout(timer))
}

const killed = { code: null, signal: 'SIGKILL' as const }

/** The wait status of bubblewrap (wait(2)), which ends with 128 + n for a program that signal n ended. */
function readStatus(status: number): { code: number | null; signal: NodeJS.Signals | null } {
  const own = status & 0x7f
  if (own !== 0) return { code: null, signal: signalName(own) ?? 'SIGKILL' }
  const code = status >> 8
  const signal = signalName(code - 128)
  return signal === undefined ? { code, signal: null } : { code: null, signal }
}

function signalName(number: number): NodeJS.Signals | undefined {
  for (const [name, value] of Object.entries(constants.signals))
    if (value === number && isSignal(name)) return name
  return undefined
}

function isSignal(name: string): name is NodeJS.Signals {
  return name in constants.signals
}
