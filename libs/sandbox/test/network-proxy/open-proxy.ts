import { once } from 'node:events'
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http'
import {
  connect,
  createServer,
  type AddressInfo,
  type Server as TcpServer,
  type Socket,
} from 'node:net'
import type { NetworkDecision } from '../../src/network-proxy/network-decision.ts'
import { NetworkProxy, type NetworkProxyOptions } from '../../src/network-proxy/network-proxy.ts'

/** A proxy that serves a port of this machine, with what it has decided. */
export interface OpenProxy extends AsyncDisposable {
  readonly proxy: NetworkProxy
  readonly port: number
  readonly decisions: readonly NetworkDecision[]
}

export async function openProxy(options: NetworkProxyOptions): Promise<OpenProxy> {
  const decisions: NetworkDecision[] = []
  const proxy = new NetworkProxy({
    ...options,
    onDecision: (decision) => {
      decisions.push(decision)
      options.onDecision?.(decision)
    },
  })
  const server = createServer()
  const port = await listen(server)
  proxy.serve(server)
  return {
    proxy,
    port,
    decisions,
    [Symbol.asyncDispose]: async () => proxy[Symbol.asyncDispose](),
  }
}

/** A server on loopback that counts who comes. */
export interface Origin extends AsyncDisposable {
  readonly port: number
  readonly connections: number
}

/** An HTTP server that answers as is told. */
export async function serveHttp(listener: RequestListener): Promise<Origin> {
  return countedOrigin(createHttpServer(listener))
}

/** A server that does with each connection what is told. */
export async function serveTcp(onConnection: (socket: Socket) => void): Promise<Origin> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined)
    onConnection(socket)
  })
  return countedOrigin(server)
}

async function countedOrigin(server: Server | TcpServer): Promise<Origin> {
  const sockets = new Set<Socket>()
  let connections = 0
  server.on('connection', (socket: Socket) => {
    connections += 1
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  const port = await listen(server)
  return {
    port,
    get connections() {
      return connections
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

async function listen(server: TcpServer): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return portOf(server.address())
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new TypeError('It has no port')
  return address.port
}

/** Connects to a port, half open. */
export async function dial(port: number): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true })
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  return socket
}

/** Everything that comes until the other side ends. */
export async function readAll(socket: Socket): Promise<string> {
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  if (!socket.readableEnded && !socket.destroyed)
    await new Promise<void>((resolve) => {
      socket.once('end', resolve)
      socket.once('close', resolve)
    })
  return Buffer.concat(chunks).toString('latin1')
}

/** What comes up to and with a text; what comes after it can be read next. */
export async function readUntil(socket: Socket, end: string): Promise<string> {
  let text = ''
  while (!text.includes(end)) {
    const chunk: unknown = socket.read()
    if (chunk instanceof Buffer) text += chunk.toString('latin1')
    else if (socket.readableEnded || socket.destroyed) break
    else await more(socket)
  }
  const [wanted = '', ...rest] = text.split(end)
  if (rest.length > 0 && rest.join(end) !== '')
    socket.unshift(Buffer.from(rest.join(end), 'latin1'))
  return rest.length > 0 ? `${wanted}${end}` : wanted
}

async function more(socket: Socket): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const name of ['readable', 'end', 'close']) socket.once(name, resolve)
  })
}

/** Sends bytes as they are, and gives all that is answered. */
export async function say(port: number, text: string): Promise<string> {
  const socket = await dial(port)
  socket.write(text, 'latin1')
  const answer = await readAll(socket)
  socket.destroy()
  return answer
}

/** Asks for a tunnel, and gives it with what was answered. */
export async function tunnel(
  port: number,
  authority: string,
): Promise<{ readonly socket: Socket; readonly head: string }> {
  const socket = await dial(port)
  socket.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`)
  return { socket, head: await readUntil(socket, '\r\n\r\n') }
}

/** What of a decision does not change from run to run. */
export function summary(decision: NetworkDecision): string {
  const { kind, host, port, method, allowed, reason } = decision
  return [kind, method, `${host}:${port}`, allowed ? 'allowed' : 'refused', reason ?? '']
    .join(' ')
    .trim()
}
