import {
  createServer,
  type IncomingMessage,
  type Server as HttpServer,
  type ServerResponse,
} from 'node:http'
import type { Server, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { NetGrant } from '../policy/network.ts'
import type { Violation } from '../sandbox.ts'
import { ClientConnection } from './client-connection.ts'
import { DecisionLog, type Refusal } from './decision-log.ts'
import { Exchanges, type Carrier } from './exchanges.ts'
import { RequestCarrier } from './request-carrier.ts'
import { resolveBySystem, type NameResolver } from './name-resolver.ts'
import type { Asked, NetworkDecision } from './network-decision.ts'
import { fillNetworkLimits, type FullNetworkLimits, type NetworkLimits } from './network-limits.ts'
import { NetworkRules } from './network-rules.ts'
import { maxHeadBytes, readRequest, type ReadRequest } from './read-request.ts'
import { NameQueue } from './resolve-names.ts'
import { parseAuthority, type Target } from './target.ts'
import { TunnelCarrier } from './tunnel-carrier.ts'
import { Upstream } from './upstream.ts'
import type { UpstreamProxy } from './upstream-proxy.ts'

/** What a {@link NetworkProxy} holds one program to. */
export interface NetworkProxyOptions {
  readonly grants: readonly NetGrant[]
  /** @default as the system resolves names */
  readonly resolve?: NameResolver | undefined
  readonly upstream?: UpstreamProxy | undefined
  readonly limits?: NetworkLimits | undefined
  /** Called for each decision, at once. It must not throw. */
  readonly onDecision?: ((decision: NetworkDecision) => void) | undefined
  /** Ends everything, as disposing does. */
  readonly signal?: AbortSignal | undefined
}

/** The one way out of one run: lets it reach the hosts that were granted, and no others. */
export class NetworkProxy implements AsyncDisposable {
  readonly #limits: FullNetworkLimits
  readonly #log: DecisionLog
  readonly #exchanges: Exchanges
  readonly #http: HttpServer
  readonly #servers = new Set<Server>()
  readonly #clients = new Map<Duplex, ClientConnection>()
  readonly #release: () => void
  #isClosed = false
  #arrived = 0

  /**
   * @throws SandboxError `MB_SANDBOX_UPSTREAM` for what is no address of a proxy
   * @throws RangeError, TypeError for limits that are none
   */
  constructor({ grants, resolve, upstream, limits, onDecision, signal }: NetworkProxyOptions) {
    this.#limits = fillNetworkLimits(limits)
    this.#log = new DecisionLog(onDecision ?? (() => undefined))
    this.#exchanges = new Exchanges({
      rules: new NetworkRules(grants),
      names: new NameQueue(resolve ?? resolveBySystem),
      upstream: upstream && new Upstream(upstream),
      limits: this.#limits,
      log: this.#log,
    })
    this.#http = this.#createHttp()
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
      this.#accept(socket)
    })
    server.on('drop', () => {
      this.#arrive()
      this.#log.refused(this.#ask(nobody), tooMany)
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    this.#release()
    const closed = [...this.#servers].map(
      async (server) => new Promise<void>((resolve) => void server.close(() => resolve())),
    )
    const ended = this.#exchanges.close()
    for (const socket of this.#clients.keys()) socket.destroy()
    await Promise.all([ended, ...closed])
    this.#log.tellSum()
  }

  #createHttp(): HttpServer {
    // It never listens, so that its own clocks do not run: the connections keep them.
    const http = createServer({
      insecureHTTPParser: false,
      maxHeaderSize: maxHeadBytes,
      keepAliveTimeout: 0,
      requireHostHeader: false,
    })
    http.maxHeadersCount = 0
    const serve = (request: IncomingMessage, response: ServerResponse): void =>
      this.#request(request, response)
    http.on('request', serve)
    http.on('checkContinue', serve)
    http.on('connect', (request, socket, head) => void this.#connect(request, socket, head))
    http.on('clientError', (error: NodeJS.ErrnoException, socket) => {
      this.#misread(error, socket)
    })
    return http
  }

  /** Whoever has come too often finds nobody there any more: even a refusal costs its host some of its time. */
  #arrive(): void {
    this.#arrived += 1
    if (this.#arrived > this.#limits.total) for (const server of this.#servers) server.close()
  }

  #accept(socket: Socket): void {
    // One that has said all may still be answered.
    socket.allowHalfOpen = true
    socket.setNoDelay(true)
    socket.on('error', () => undefined)
    const late = { reason: 'headMs', detail: 'it was not finished in time' } as const
    const client = new ClientConnection(socket, this.#limits.headMs, () =>
      this.#log.refused(this.#ask(nobody), late),
    )
    this.#clients.set(socket, client)
    socket.once('close', () => this.#clients.delete(socket))
    this.#http.emit('connection', socket)
  }

  #request(request: IncomingMessage, response: ServerResponse): void {
    const client = this.#clients.get(request.socket)
    if (client?.isOver !== false) return
    const read = readRequest(request)
    // At once: what follows is not looked at, and may be what it was meant to hide.
    client.isOver = read.status === 'malformed'
    if (client.enqueue(async () => this.#serve(read, request, response))) return
    client.isOver = true
    this.#log.refused(this.#ask(nobody), tooMany)
    request.socket.destroy()
  }

  async #serve(
    read: ReadRequest,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { url = '', method = '' } = request
    if (read.status === 'read') {
      const carrier = new RequestCarrier(request, response, read.target)
      return this.#run(this.#ask({ ...read.target, method }), read.target, carrier)
    }
    const refusal = { reason: 'malformed', detail: read.detail } as const
    const carrier = new RequestCarrier(request, response)
    await this.#exchanges.refuse(this.#ask({ ...showable(url), method }), refusal, { carrier })
  }

  async #connect({ url = '' }: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const client = this.#clients.get(socket)
    if (client?.isOver !== false) return
    client.leave()
    client.isOver = true
    const target = parseAuthority(url)
    const asked = this.#ask({ ...(target ?? showable(url)), method: 'CONNECT' })
    if (client.isBusy) {
      // Nothing is written between the lines of an answer that is on its way.
      this.#log.refused(asked, { reason: 'malformed', detail: 'it comes before an answer' })
      socket.destroy()
      return
    }
    const carrier = new TunnelCarrier(socket, head)
    if (target !== undefined) return this.#run(asked, target, carrier)
    const refusal = { reason: 'malformed', detail: 'a tunnel is asked for as "host:port"' } as const
    await this.#exchanges.refuse(asked, refusal, { carrier })
  }

  async #run(asked: Asked, target: Target, carrier: Carrier): Promise<void> {
    if (asked.id <= this.#limits.total) return this.#exchanges.run(asked, target, carrier)
    const refusal = {
      reason: 'total',
      detail: `${this.#limits.total} requests are all there may be`,
    } as const
    await this.#exchanges.refuse(asked, refusal, { target, carrier })
  }

  /** What the parser does not understand, or understands in two ways. */
  #misread({ code = '' }: NodeJS.ErrnoException, socket: Duplex): void {
    const client = this.#clients.get(socket)
    if (client?.isOver === true) return
    if (!code.startsWith('HPE_')) return void socket.destroy()
    const refusal = { reason: 'malformed', detail: `it is no HTTP (${code})` } as const
    const asked = this.#ask(nobody)
    if (client?.isBusy === false) {
      client.isOver = true
      client.leave()
      return void this.#exchanges.refuse(asked, refusal, { carrier: new TunnelCarrier(socket) })
    }
    this.#log.refused(asked, refusal)
    socket.destroy()
  }

  #ask(wanted: Omit<Asked, 'id'>): Asked {
    const { host, port, method } = wanted
    return { id: this.#log.next(), host, port, method }
  }
}

const nobody = { host: 'proxy', port: 0, method: '' }
const tooMany: Refusal = { reason: 'connections', detail: 'there are too many at one time' }

/** What people may be shown of what is no host: nothing that moves a cursor, no password, no query, and not all of it. */
function showable(text: string): Pick<Target, 'host' | 'port'> {
  const [shown = ''] = text.replace(/\/\/[^/]*@/, '//').split(/[?#]/)
  return { host: shown.slice(0, 100).replaceAll(/[^!-~]/g, '?'), port: 0 }
}
