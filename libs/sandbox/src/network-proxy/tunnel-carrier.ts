import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { formatAnswer, type Answer } from './answer.ts'
import type { Exchange } from './exchange.ts'
import { Receiver } from './receiver.ts'
import type { Carrier } from './exchanges.ts'
import { startTimer } from './start-timer.ts'
import type { Target } from './target.ts'
import { joinSockets } from './tunnel.ts'
import { untilClosed } from './until-closed.ts'
import type { Upstream } from './upstream.ts'

// Until a program has read why it is refused: closing before would take the answer away, if it is still sending (RFC 9112, 9.6).
const lingerMs = 1000

/** Carries whatever a program and a host say to each other, as CONNECT asks for (RFC 9110, 9.3.6). */
export class TunnelCarrier implements Carrier {
  readonly kind = 'tunnel'
  readonly client: Duplex
  readonly receiver: Receiver = new Receiver()

  /** @param head what the program has said already */
  constructor(client: Duplex, head: Buffer = Buffer.alloc(0)) {
    this.client = client
    // At once: a connection on which nothing is left to read ends by itself.
    if (head.length > 0) client.unshift(head)
  }

  async throughUpstream(upstream: Upstream, target: Target, signal: AbortSignal): Promise<Socket> {
    return upstream.tunnel(target, signal)
  }

  async carry(socket: Socket, exchange: Exchange, upstream?: Upstream): Promise<boolean> {
    this.client.write('HTTP/1.1 200 Connection established\r\n\r\n')
    joinSockets(this.client, socket, exchange, upstream === undefined ? this.receiver : undefined)
    await exchange.ended
    return true
  }

  async answer(answer: Answer): Promise<void> {
    const { client } = this
    if (client.destroyed) return
    client.end(formatAnswer(answer))
    client.resume()
    const timer = startTimer(lingerMs, () => client.destroy())
    client.once('end', () => client.destroy())
    await untilClosed(client)
    clearTimeout(timer)
  }
}
