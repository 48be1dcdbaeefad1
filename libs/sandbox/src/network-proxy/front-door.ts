import {
  createServer,
  type IncomingMessage,
  type Server as HttpServer,
  type ServerResponse,
} from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { ClientConnection } from './client-connection.ts'
import type { DecisionLog, Refusal } from './decision-log.ts'
import type { Carrier, Exchanges } from './exchanges.ts'
import type { Asked } from './network-decision.ts'
import type { FullNetworkLimits } from './network-limits.ts'
import { maxHeadBytes, readRequest, type ReadRequest } from './read-request.ts'
import { RequestCarrier } from './request-carrier.ts'
import { parseAuthority, type Target } from './target.ts'
import { TunnelCarrier } from './tunnel-carrier.ts'

/** What is decided behind the front door, and by which limits. */
export interface FrontDoorParts {
  readonly exchanges: Exchanges
  readonly log: DecisionLog
  readonly limits: FullNetworkLimits
}

/** Reads what a program asks for, as HTTP, and has each request decided. */
export class FrontDoor {
  readonly #exchanges: Exchanges
  readonly #log: DecisionLog
  readonly #limits: FullNetworkLimits
  readonly #http: HttpServer
  readonly #clients = new Map<Duplex, ClientConnection>()

  constructor({ exchanges, log, limits }: FrontDoorParts) {
    this.#exchanges = exchanges
    this.#log = log
    this.#limits = limits
    this.#http = this.#createHttp()
  }

  /** Lets a connection of the program in. */
  enter(socket: Socket): void {
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

  /** Tells of one that was turned away. */
  turnAway(): void {
    this.#log.refused(this.#ask(nobody), tooMany)
  }

  /** Closes every connection of the program. */
  close(): void {
    for (const socket of this.#clients.keys()) socket.destroy()
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

  #request(request: IncomingMessage, response: ServerResponse): void {
    const client = this.#clients.get(request.socket)
    if (client?.isOver !== false) return
    const read = readRequest(request)
    // At once: what follows is not looked at, and may be what it was meant to hide.
    client.isOver = read.status === 'malformed'
    if (client.enqueue(async () => this.#serve(read, request, response))) return
    client.isOver = true
    this.turnAway()
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
