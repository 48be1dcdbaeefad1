import type { Socket as DatagramSocket } from 'node:dgram'
import { once } from 'node:events'
import type { Server, Socket } from 'node:net'
import { listenOnBoth } from './listen-on-both.ts'

/** A connection or a datagram that came, and what it carried first. */
export interface Hit {
  readonly protocol: 'tcp' | 'udp'
  /** The address that it was sent to; datagrams do not tell. */
  readonly address: string
  readonly carried: string
  /** How many bytes came. */
  readonly bytes: number
  /** How many bytes could be sent back so far. */
  readonly sent: number
  readonly isOpen: boolean
}

/** Answers a request, by the bytes up to the end of its head. */
export type Answer = (head: string, socket: Socket) => void

// What tells requests apart lies in their first bytes.
const kept = 64 * 1024

/** Listens on one port of every address of this network namespace, by TCP and UDP, and counts all that comes. */
export class Sink implements AsyncDisposable {
  readonly port: number
  /** What it answers. @default `hello`, and the end of the connection */
  answer: Answer = sayHello
  readonly #server: Server
  readonly #datagrams: DatagramSocket
  readonly #hits: { -readonly [Part in keyof Hit]: Hit[Part] }[] = []
  readonly #open = new Set<Socket>()

  static async open(): Promise<Sink> {
    const { server, datagrams, port } = await listenOnBoth({ allowHalfOpen: true })
    return new Sink(server, datagrams, port)
  }

  private constructor(server: Server, datagrams: DatagramSocket, port: number) {
    this.port = port
    this.#server = server
    this.#datagrams = datagrams
    server.on('connection', (socket) => this.#count(socket))
    datagrams.on('message', (message) => {
      this.#hits.push({
        protocol: 'udp',
        address: 'unknown',
        carried: message.toString('latin1'),
        bytes: message.length,
        sent: 0,
        isOpen: false,
      })
    })
  }

  get hits(): readonly Hit[] {
    return this.#hits
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#open) socket.destroy()
    this.#datagrams.close()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #count(socket: Socket): void {
    const address = (socket.localAddress ?? 'unknown').replace(/^::ffff:(?=\d+\.)/, '')
    const hit = {
      protocol: 'tcp' as const,
      address,
      carried: '',
      bytes: 0,
      get sent(): number {
        return socket.bytesWritten - socket.writableLength
      },
      isOpen: true,
    }
    this.#hits.push(hit)
    this.#open.add(socket)
    let waiting = ''
    socket.on('data', (chunk: Buffer) => {
      hit.bytes += chunk.length
      if (hit.carried.length < kept) hit.carried += chunk.toString('latin1')
      waiting = (waiting + chunk.toString('latin1')).slice(-kept)
      for (let end = waiting.indexOf('\r\n\r\n'); end !== -1; end = waiting.indexOf('\r\n\r\n')) {
        this.answer(waiting.slice(0, end), socket)
        waiting = waiting.slice(end + 4)
      }
    })
    socket.on('error', () => {})
    socket.on('end', () => socket.end())
    socket.on('close', () => {
      hit.isOpen = false
      this.#open.delete(socket)
    })
  }
}

/** Answers `hello` to one request, and ends the connection. */
export function sayHello(_head: string, socket: Socket): void {
  socket.end('HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\nhello\n')
}

/** Answers a request for `/flood` by as many bytes as are taken, up to a number of them, and others by {@link sayHello}. */
export function flood(bytes: number): Answer {
  const chunk = Buffer.alloc(64 * 1024, 'x')
  return (head, socket) => {
    if (!head.includes(' /flood')) {
      sayHello(head, socket)
      return
    }
    let left = bytes
    const write = (): void => {
      for (let isTaken = true; isTaken && left > 0; left -= chunk.length)
        isTaken = socket.write(chunk)
      if (left <= 0) socket.end()
    }
    socket.on('drain', write)
    socket.write('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n')
    write()
  }
}
