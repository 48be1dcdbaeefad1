import type { Server, Socket } from 'node:net'
import type { NetGrant } from '../policy/network.ts'
import type { Violation } from '../sandbox.ts'
import { DecisionLog } from './decision-log.ts'
import { Exchanges } from './exchanges.ts'
import { FrontDoor } from './front-door.ts'
import { resolveBySystem, type NameResolver } from './name-resolver.ts'
import type { NetworkDecision } from './network-decision.ts'
import { fillNetworkLimits, type FullNetworkLimits, type NetworkLimits } from './network-limits.ts'
import { NetworkRules } from './network-rules.ts'
import { NameQueue } from './resolve-names.ts'
import { Upstream } from './upstream.ts'
import type { UpstreamProxy } from './upstream-proxy.ts'

/** What a {@link NetworkProxy} holds one program to. */
export interface NetworkProxyOptions {
  readonly grants: readonly NetGrant[]
  /** @default as the system resolves names */
  readonly resolve?: NameResolver | undefined
  readonly upstream?: UpstreamProxy | undefined
  readonly limits?: NetworkLimits | undefined
  /** Called for each decision, at once. Where it throws everything is closed, and the error told as a warning of the process. */
  readonly onDecision?: ((decision: NetworkDecision) => void) | undefined
  /** Ends everything, as disposing does. */
  readonly signal?: AbortSignal | undefined
}

/** The one way out of one run: lets it reach the hosts that were granted, and no others. */
export class NetworkProxy implements AsyncDisposable {
  readonly #limits: FullNetworkLimits
  readonly #log: DecisionLog
  readonly #exchanges: Exchanges
  readonly #door: FrontDoor
  readonly #servers = new Set<Server>()
  readonly #release: () => void
  #isClosed = false
  #arrived = 0

  /**
   * @throws SandboxError `MB_SANDBOX_UPSTREAM` for what is no address of a proxy
   * @throws RangeError, TypeError for limits that are none
   */
  constructor({ grants, resolve, upstream, limits, onDecision, signal }: NetworkProxyOptions) {
    this.#limits = fillNetworkLimits(limits)
    this.#log = new DecisionLog((decision) => this.#tell(decision, onDecision))
    this.#exchanges = new Exchanges({
      rules: new NetworkRules(grants),
      names: new NameQueue(resolve ?? resolveBySystem),
      upstream: upstream && new Upstream(upstream),
      limits: this.#limits,
      log: this.#log,
    })
    this.#door = new FrontDoor({ exchanges: this.#exchanges, log: this.#log, limits: this.#limits })
    const close = (): void => void this[Symbol.asyncDispose]()
    this.#release = () => signal?.removeEventListener('abort', close)
    signal?.addEventListener('abort', close, { once: true })
    if (signal?.aborted === true) close()
  }

  /** What was refused so far, or ended by a limit. */
  get violations(): readonly Violation[] {
    return this.#log.violations
  }

  /** Serves whoever connects there. The server is the proxy's from now on, and closed with it. */
  serve(server: Server): void {
    this.#servers.add(server)
    if (this.#isClosed) return void server.close()
    server.maxConnections = this.#limits.connections
    // No descriptor is left for one who comes: the host has other work, and goes on.
    server.on('error', () => undefined)
    server.on('connection', (socket: Socket) => {
      this.#arrive()
      this.#door.enter(socket)
    })
    server.on('drop', () => {
      this.#arrive()
      this.#door.turnAway()
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    this.#release()
    const closed = [...this.#servers].map(
      async (server) => new Promise<void>((resolve) => void server.close(() => resolve())),
    )
    const ended = this.#exchanges.close()
    this.#door.close()
    await Promise.all([ended, ...closed])
    this.#log.tellSum()
  }

  /** What nobody can record is not carried out, also by those who come later. */
  #tell(decision: NetworkDecision, onDecision: NetworkProxyOptions['onDecision']): void {
    try {
      onDecision?.(decision)
    } catch (error) {
      process.emitWarning(error instanceof Error ? error : new Error(String(error)))
      if (!this.#isClosed) void this[Symbol.asyncDispose]()
    }
  }

  /** Whoever has come too often finds nobody there any more: even a refusal costs its host some of its time. */
  #arrive(): void {
    this.#arrived += 1
    if (this.#arrived > this.#limits.total) for (const server of this.#servers) server.close()
  }
}
