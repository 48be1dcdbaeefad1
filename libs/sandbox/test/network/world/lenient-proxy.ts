import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import { connect, createServer, isIP, type Server, type Socket } from 'node:net'
import { domainToASCII } from 'node:url'
import { readRequest, type Leniency, type LooseRequest } from './read-requests.ts'
import { serveHttp2, serveSocks } from './other-protocols.ts'
import { addressOf } from './address-of.ts'

/** Where a careless proxy looks names up, and whom it serves. */
export interface LenientOptions extends Leniency {
  readonly resolve: (name: string) => Promise<readonly string[]>
  /** What it wants to be told, as `user:password`. @default nobody is asked */
  readonly credentials?: string | undefined
}

/**
 * A proxy that checks nothing, and reads requests as badly as proxies have been known to: what a program reaches through it is what it
 * would reach if ours were none. The same serves as the proxy of a company.
 */
export class LenientProxy implements AsyncDisposable {
  readonly port: number
  leniency: Leniency
  /** Whom it serves, where not everybody: as `user:password`. */
  credentials: string | undefined
  readonly #resolve: LenientOptions['resolve']
  readonly #server: Server
  readonly #open = new Set<Socket>()
  readonly #served: string[] = []
  #turn = 0

  static async open(options: LenientOptions): Promise<LenientProxy> {
    const server = createServer({ allowHalfOpen: true })
    // As another program of the same user may, if it is let.
    server.listen({ port: 0, host: '127.0.0.1', reusePort: true })
    await once(server, 'listening')
    return new LenientProxy(server, options)
  }

  private constructor(server: Server, { resolve, credentials, ...leniency }: LenientOptions) {
    this.port = addressOf(server).port
    this.leniency = leniency
    this.credentials = credentials
    this.#resolve = resolve
    this.#server = server
    server.on('connection', (socket) => {
      this.#keep(socket)
      void this.#greet(socket).catch(() => socket.destroy())
    })
  }

  /** The request lines that it served, in order. */
  get served(): readonly string[] {
    return this.#served
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#open) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #keep(socket: Socket): void {
    this.#open.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => this.#open.delete(socket))
  }

  async #greet(client: Socket): Promise<void> {
    const first: unknown = await readChunk(client)
    if (!(first instanceof Buffer)) client.end()
    else {
      const reach = (host: string, port: number): Promise<Socket> => this.#connect(host, port)
      const isOther = serveHttp2(client, first, reach) || (await serveSocks(client, first, reach))
      if (!isOther) await this.#serve(client, first.toString('latin1'))
    }
  }

  async #serve(client: Socket, first: string): Promise<void> {
    for (let waiting = first; ;) {
      const found = readRequest(waiting, this.leniency)
      if (found === undefined) {
        const chunk: unknown = await readChunk(client)
        if (!(chunk instanceof Buffer)) break
        waiting += chunk.toString('latin1')
        continue
      }
      const { request, rest } = found
      this.#served.push(`${request.method} ${request.target}`)
      if (!this.#isKnown(request)) refuse(client)
      else if (request.method === 'TRACE' && request.headers.get('max-forwards') === '0')
        echo(client, request)
      else {
        const server = await this.#reach(request).catch(() => undefined)
        if (server === undefined) this.#fail(client, request)
        else if (request.method === 'CONNECT') {
          client.write('HTTP/1.1 200 Connection established\r\n\r\n')
          server.write(rest, 'latin1')
          client.pipe(server).pipe(client)
          return
        } else await this.#forward(client, server, request)
      }
      waiting = rest
    }
    client.end()
  }

  #isKnown({ headers }: LooseRequest): boolean {
    if (this.credentials === undefined) return true
    const expected = `Basic ${Buffer.from(this.credentials).toString('base64')}`
    return headers.get('proxy-authorization') === expected
  }

  async #reach({ method, target, headers }: LooseRequest): Promise<Socket> {
    if (method === 'CONNECT') {
      const [, host = '', port = ''] = /^(?:.*@)?(.*):(\d+)$/s.exec(target) ?? []
      return this.#connect(fromBytes(host), Number(port))
    }
    const url = urlOf(target, headers)
    return this.#connect(url.hostname, Number(url.port || 80))
  }

  /** What is the proxy's own goes no further, where it asks for it. */
  async #forward(client: Socket, server: Socket, request: LooseRequest): Promise<void> {
    const head =
      this.credentials === undefined
        ? request.head
        : request.head.replace(/^proxy-authorization:.*\r?\n/gim, '')
    await forward(client, server, { ...request, head })
  }

  /** With all that was asked, as pages of errors have it, and with whom it was asked for as if that were plain text. */
  #fail(client: Socket, { method, target, head }: LooseRequest): void {
    const text = method === 'CONNECT' ? head : ''
    client.write(
      `HTTP/1.1 502 Bad Gateway\r\nX-Asked: ${unescape(target)}\r\nContent-Length: ${text.length}\r\n\r\n${text}`,
      'latin1',
    )
  }

  async #connect(host: string, port: number): Promise<Socket> {
    const bare = host.replace(/^\[(.*)\]$/s, '$1')
    const addresses = await this.#lookUp(isIP(bare) === 0 ? bare.replace(/:\d+$/, '') : bare)
    const address = addresses[this.#turn++ % addresses.length]
    const socket = connect({ host: address, port, allowHalfOpen: true })
    this.#keep(socket)
    await once(socket, 'connect')
    return socket
  }

  async #lookUp(host: string): Promise<readonly string[]> {
    if (host === '') throw new TypeError('Cannot look up a name: it is empty')
    if (isIP(host) !== 0) return [host]
    const name = domainToASCII(host) || host
    // It looks twice, as those do that check first and let somebody else connect.
    if ((await this.#resolve(name)).length > 0) return this.#resolve(name)
    return (await lookup(name, { all: true })).map(({ address }) => address)
  }
}

const unescape = (text: string): string =>
  text.replaceAll(/%([\da-f]{2})/gi, (_all, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  )

const fromBytes = (text: string): string => Buffer.from(text, 'latin1').toString('utf8')

function urlOf(target: string, headers: LooseRequest['headers']): URL {
  return new URL(
    fromBytes(target.startsWith('/') ? `http://${headers.get('host') ?? ''}${target}` : target),
  )
}

async function forward(client: Socket, server: Socket, request: LooseRequest): Promise<void> {
  const { method, target, headers, head, body } = request
  const { pathname, search } = urlOf(target, headers)
  const lines = [`${method} ${pathname}${search} HTTP/1.1`, ...head.split(/\r?\n/).slice(1)]
  server.write(`${lines.join('\r\n')}\r\n\r\n${body}`, 'latin1')
  // The answer ends with the connection to the server; the one to the client lives on.
  for await (const chunk of server)
    if (chunk instanceof Buffer)
      client.write(
        chunk.toString('latin1').replace('Connection: close', 'Connection: keep-alive'),
        'latin1',
      )
}

async function readChunk(socket: Socket): Promise<unknown> {
  for (;;) {
    const chunk: unknown = socket.read()
    if (chunk !== null || socket.readableEnded || socket.destroyed) return chunk
    const { promise, resolve } = Promise.withResolvers<void>()
    for (const event of ['readable', 'end', 'close']) socket.once(event, resolve)
    // oxlint-disable-next-line no-await-in-loop -- one after another comes
    await promise
    for (const event of ['readable', 'end', 'close']) socket.off(event, resolve)
  }
}

function refuse(client: Socket): void {
  client.write(
    'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="company"\r\nContent-Length: 0\r\n\r\n',
  )
}

/** RFC 9110, 9.3.8, as of old: with all that the request held. */
function echo(client: Socket, { method, target, head }: LooseRequest): void {
  const text = head.replace(/^[^\r\n]*/, `${method} ${target} HTTP/1.1`)
  client.write(
    `HTTP/1.1 200 OK\r\nContent-Type: message/http\r\nContent-Length: ${text.length}\r\n\r\n${text}`,
    'latin1',
  )
}
