import { createServer, type IncomingMessage, type Server as HttpServer } from 'node:http'
import { Socket, type Server } from 'node:net'
import type { Duplex } from 'node:stream'
import type { NetGrant } from '../policy/network.ts'
import type { Violation } from '../sandbox.ts'
import { connectToAny } from './connect.ts'
import type { NetworkDecision } from './network-decision.ts'
import { DecisionLog } from './decision-log.ts'
import { resolveBySystem, type NameResolver } from './name-resolver.ts'
import { fillNetworkLimits, type FullNetworkLimits, type NetworkLimits } from './network-limits.ts'
import { NetworkRules } from './network-rules.ts'
import { parseAuthority } from './target.ts'
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
  readonly #rules: NetworkRules
  readonly #resolve: NameResolver
  readonly #limits: FullNetworkLimits
  readonly #log: DecisionLog
  readonly #http: HttpServer
  readonly #servers = new Set<Server>()
  readonly #sockets = new Set<Duplex>()
  readonly #closing = new AbortController()

  constructor({ grants, resolve, limits, onDecision, signal }: NetworkProxyOptions) {
    this.#rules = new NetworkRules(grants)
    this.#resolve = resolve ?? resolveBySystem
    this.#limits = fillNetworkLimits(limits)
    this.#log = new DecisionLog(onDecision ?? (() => undefined))
    this.#http = createServer((_request, response) => {
      response.writeHead(403).end()
    })
    this.#http.on('connect', (request: IncomingMessage, socket: Duplex) => {
      void this.#tunnel(request, socket)
    })
    signal?.addEventListener('abort', () => void this[Symbol.asyncDispose](), { once: true })
  }

  /** What was refused so far, or ended by a limit. */
  get violations(): readonly Violation[] {
    return this.#log.violations
  }

  /** Serves whoever connects there. The server is the proxy's from now on, and closed with it. */
  serve(server: Server): void {
    this.#servers.add(server)
    server.maxConnections = this.#limits.connections
    server.on('connection', (socket: Socket) => {
      socket.allowHalfOpen = true
      socket.setNoDelay(true)
      this.#own(socket)
      this.#http.emit('connection', socket)
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort()
    const closed = [...this.#servers].map(
      (server) => new Promise<void>((resolve) => server.close(() => resolve())),
    )
    for (const socket of this.#sockets) socket.destroy()
    await Promise.all(closed)
  }

  #own(socket: Duplex): void {
    this.#sockets.add(socket)
    socket.once('close', () => this.#sockets.delete(socket))
    socket.on('error', () => socket.destroy())
  }

  async #tunnel(request: IncomingMessage, client: Duplex): Promise<void> {
    const target = parseAuthority(request.url ?? '')
    const id = this.#log.next()
    if (target === undefined || !this.#rules.grants(target)) {
      const asked = { id, host: target?.host ?? '', port: target?.port ?? 0, method: 'CONNECT' }
      this.#log.refused(asked, { reason: 'not-granted', detail: 'is not granted' })
      client.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
      return
    }
    const asked = { id, host: target.host, port: target.port, method: 'CONNECT' }
    try {
      const { signal } = this.#closing
      const found =
        target.kind === 'address' ? [target.host] : await this.#resolve(target.host, { signal })
      const addresses = found.filter((each) => this.#rules.refusedClass(target, each) === undefined)
      const socket = await connectToAny({ addresses, port: target.port }, { signal })
      this.#own(socket)
      this.#log.allowed(asked, socket.remoteAddress)
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
      client.pipe(socket).pipe(client)
      client.once('close', () => socket.destroy())
      socket.once('close', () => client.destroy())
    } catch {
      client.end('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
    }
  }
}
