import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Answer } from './answer.ts'
import type { Exchange } from './exchange.ts'
import type { Carrier } from './exchanges.ts'
import { forward } from './forward.ts'
import { startTimer } from './start-timer.ts'
import type { RequestTarget, Target } from './target.ts'
import { untilClosed } from './until-closed.ts'
import type { Upstream } from './upstream.ts'

// As much of a body as is read away before its request is refused: a program that is still sending would not read why.
const bodyMs = 1000
const bodyBytes = 1024 * 1024

/** Carries one request of plain HTTP. */
export class RequestCarrier implements Carrier {
  readonly kind = 'request'
  readonly client: Duplex
  readonly #request: IncomingMessage
  readonly #response: ServerResponse
  readonly #target: RequestTarget | undefined

  constructor(request: IncomingMessage, response: ServerResponse, target?: RequestTarget) {
    this.client = request.socket
    this.#request = request
    this.#response = response
    this.#target = target
  }

  async throughUpstream(upstream: Upstream, _target: Target, signal: AbortSignal): Promise<Socket> {
    return upstream.connect(signal)
  }

  async carry(
    socket: Socket,
    exchange: Exchange,
    upstream: Upstream | undefined,
  ): Promise<boolean> {
    if (this.#target === undefined) return false
    const forwarding = { target: this.#target, socket, upstream }
    return forward(this.#request, this.#response, forwarding, exchange)
  }

  async answer({ status, statusText, fields, text }: Answer): Promise<void> {
    await readAway(this.#request)
    if (this.#response.destroyed || this.client.destroyed) return
    this.#response.writeHead(status, statusText, fields)
    this.#response.end(text)
    // An answer that never had its turn is not closed with the connection.
    await Promise.race([untilClosed(this.#response), untilClosed(this.client)])
  }
}

async function readAway(request: IncomingMessage): Promise<void> {
  // Who waits for leave to send sends nothing, and an answer is what it waits for.
  if (request.complete || request.destroyed || request.headers.expect !== undefined) return
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = startTimer(bodyMs, resolve)
  let bytes = 0
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > bodyBytes) resolve()
  })
  request.once('end', resolve)
  request.once('close', resolve)
  await promise
  clearTimeout(timer)
}
