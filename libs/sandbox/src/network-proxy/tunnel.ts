import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Exchange } from './exchange.ts'
import type { Receiver } from './receiver.ts'

/**
 * Carries bytes between a program and a host until both have ended; one that has ended alone is still sent to. The connection to the
 * host is closed with its exchange.
 *
 * @param receiver what the connection to the host was made with
 */
export function joinSockets(
  program: Duplex,
  host: Socket,
  exchange: Exchange,
  receiver?: Receiver,
): void {
  const both = [program, host]
  for (const socket of both) {
    socket.once('error', () => exchange.end('closed'))
    socket.once('close', () => {
      const other = socket === program ? host : program
      if (other.closed) exchange.end('closed')
      else if (!socket.readableEnded || other.writableFinished) other.destroy()
      // What the one has sent last is still on its way to the other.
      else other.once('finish', () => other.destroy())
    })
  }
  exchange.signal.addEventListener('abort', () => program.destroy(), { once: true })
  if (exchange.signal.aborted || both.some((socket) => socket.destroyed)) {
    program.destroy()
    exchange.end('closed')
    return
  }
  program.on('data', (chunk: Buffer) => exchange.up(chunk.length))
  program.pipe(host)
  if (receiver !== undefined) return receiver.join(host, program, exchange)
  host.on('data', (chunk: Buffer) => exchange.down(chunk.length))
  host.pipe(program)
}
