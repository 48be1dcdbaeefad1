import { randomBytes } from 'node:crypto'
import type { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from '@mb/kernel'
import type { Exit } from '@mb/sandbox'
import {
  CallError,
  callErrorCodes,
  checkHelloAnswer,
  Peer,
  ProtocolFault,
  protocolVersions,
  type Handlers,
  type NotificationHandler,
  type Params,
  type RequestHandler,
} from '../protocol/index.ts'
import type { RunLimits } from './run-limits.ts'
import { reason, stageError, type Stage } from './stage-error.ts'

/** The process that a plugin runs in, as far as a session needs it. */
export interface PluginProcess {
  /** The host's end of descriptor 3. */
  readonly channel: Duplex | null
  readonly exited: Promise<Exit>
  /** Ends it, and everything it started. */
  kill(): void
}

/** What a plugin is started for. */
export interface SessionWork {
  /** A command; or what is asked of a plugin as such, which it need not know. */
  readonly stage: 'execute' | 'migrate' | 'health'
  readonly params: Params
  /** Name of the command, for messages. */
  readonly command?: string | undefined
  /** How long it may take. */
  readonly timeoutMs: number
}

/** One run, from greeting to farewell. */
export interface SessionPlan {
  /** `namespace/name`. */
  readonly id: string
  readonly cookie: string
  /** Settles when the plugin's own code may be loaded, which is once it is initialized. */
  readonly untouched: Promise<void>
  /** What the plugin gets to know at first: id, version, config, workspace, data. */
  readonly initialize: Params
  readonly work: SessionWork
  readonly requests: Handlers<RequestHandler>
  readonly notifications: Handlers<NotificationHandler>
  /** Those of its process, for the message when one ends it. */
  readonly limits: RunLimits
  readonly signal: AbortSignal | undefined
  readonly logger: Logger
}

const deadlinesMs = {
  hello: 5000,
  initialize: 10_000,
  activate: 10_000,
  deactivate: 5000,
  cleanup: 5000,
  shutdown: 2000,
} as const

/** What the stages around a command may take together. */
export const stagesMs: number = Object.values(deadlinesMs).reduce((sum, each) => sum + each, 0)

const cancelGraceMs = 2000
const exitGraceMs = 2000

/** A cookie for one run. */
export function newCookie(): string {
  return randomBytes(32).toString('hex')
}

/**
 * Leads a plugin through its stages. When this settles, the process is gone.
 *
 * @returns what the command returned, or what the plugin answered otherwise; null of what it does not know
 * @throws PluginError `MB_PLUGIN_LOAD`, `MB_PLUGIN_FAILED`, `MB_PLUGIN_DEADLINE`, `MB_PLUGIN_PROTOCOL`,
 * `MB_PLUGIN_CRASHED`, `MB_PLUGIN_LIMIT`; the reason of the signal when it aborted
 */
export async function runSession(process: PluginProcess, plan: SessionPlan): Promise<unknown> {
  if (process.channel === null) throw new TypeError('Cannot talk to a plugin: it has no channel')
  const { requests, notifications } = plan
  using peer = new Peer(process.channel, { requests, notifications })
  using _ = killOnAbort(process, plan.signal)
  try {
    return await new Session(process, peer, plan).run()
  } finally {
    process.kill()
    await process.exited
  }
}

class Session {
  readonly #process: PluginProcess
  readonly #peer: Peer
  readonly #plan: SessionPlan
  #isLost = false

  constructor(process: PluginProcess, peer: Peer, plan: SessionPlan) {
    this.#process = process
    this.#peer = peer
    this.#plan = plan
  }

  async run(): Promise<unknown> {
    await this.#greet()
    await this.#plan.untouched
    await this.#stage('initialize', this.#plan.initialize)
    try {
      return this.#plan.work.stage === 'execute' ? await this.#activated() : await this.#work()
    } finally {
      await this.#lastWord('cleanup')
      await this.#lastWord('shutdown')
      await Promise.race([this.#process.exited, sleep(exitGraceMs, undefined, { ref: false })])
    }
  }

  async #activated(): Promise<unknown> {
    await this.#stage('activate')
    try {
      return await this.#work()
    } finally {
      await this.#lastWord('deactivate')
    }
  }

  async #work(): Promise<unknown> {
    const { work, signal } = this.#plan
    const value = await this.#call(work.stage, work.params, work.timeoutMs)
    // What a command gives when it was told to stop is half of what was asked for.
    signal?.throwIfAborted()
    return value
  }

  async #greet(): Promise<void> {
    const hello = { versions: protocolVersions, cookie: this.#plan.cookie }
    const answer = await this.#stage('hello', hello)
    try {
      checkHelloAnswer(answer, hello)
    } catch (error) {
      throw await this.#explain('hello', error)
    }
  }

  async #stage(stage: keyof typeof deadlinesMs, params: Params = {}): Promise<unknown> {
    return await this.#call(stage, params, deadlinesMs[stage])
  }

  async #call(stage: Stage, params: Params, timeoutMs: number): Promise<unknown> {
    const { signal } = this.#plan
    try {
      return await this.#peer.call(stage, params, { signal, timeoutMs })
    } catch (error) {
      if (signal?.aborted === true) throw signal.reason
      // A library that a package keeps its own copy of may be older than the call.
      if (isUnknown(stage, error)) return null
      throw await this.#explain(stage, error)
    }
  }

  /** What the plugin does after its command changes nothing about the result; that it failed is worth a line. */
  async #lastWord(stage: 'deactivate' | 'cleanup' | 'shutdown'): Promise<void> {
    if (this.#isLost) return
    try {
      await this.#peer.call(stage, {}, { timeoutMs: deadlinesMs[stage] })
    } catch (error) {
      if (error instanceof ProtocolFault && error.kind === 'ended') return
      this.#plan.logger.warn('A plugin did not end well', {
        plugin: this.#plan.id,
        stage,
        reason: reason(error),
      })
      if (error instanceof ProtocolFault) this.#giveUp()
    }
  }

  async #explain(stage: Stage, error: unknown): Promise<unknown> {
    const { id, work, limits } = this.#plan
    const ended = error instanceof ProtocolFault && error.kind === 'ended'
    const exit = ended ? await this.#exit() : undefined
    if (error instanceof ProtocolFault) this.#giveUp()
    return stageError({ id, stage, command: work.command, limits, error, exit })
  }

  /** After a fault nothing that it says is believed. */
  #giveUp(): void {
    this.#isLost = true
    this.#process.kill()
  }

  /** How it ended, if it did: a process can close its connection and go on. */
  async #exit(): Promise<Exit | undefined> {
    const patience = new AbortController()
    const late = sleep(exitGraceMs, undefined, { signal: patience.signal }).catch(() => undefined)
    try {
      return await Promise.race([this.#process.exited, late])
    } finally {
      patience.abort()
    }
  }
}

function isUnknown(stage: Stage, error: unknown): boolean {
  if (stage !== 'migrate' && stage !== 'health') return false
  return error instanceof CallError && error.code === callErrorCodes.methodNotFound
}

/** Gives the plugin a moment to stop by itself. */
function killOnAbort(process: PluginProcess, signal: AbortSignal | undefined): Disposable {
  let timer: NodeJS.Timeout | undefined
  const onAbort = (): void => {
    timer = setTimeout(() => process.kill(), cancelGraceMs)
  }
  if (signal?.aborted === true) onAbort()
  else signal?.addEventListener('abort', onAbort, { once: true })
  return {
    [Symbol.dispose]: () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
    },
  }
}
