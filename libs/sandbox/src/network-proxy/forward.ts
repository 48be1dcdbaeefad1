import { request as ask, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { carryBody } from './carry-body.ts'
import type { Exchange } from './exchange.ts'
import { endToEndFields } from './header-fields.ts'
import { maxHeadBytes } from './read-request.ts'
import { formatTarget, type RequestTarget } from './target.ts'

// Answers before the answer: leave to send, hints, and how far something has come (RFC 9110, 15.2).
const mostInterim = 100

/** Whom a request goes to. */
export interface Forwarding {
  readonly target: RequestTarget
  /** Connected to the target, or to the upstream proxy. For this request alone: nothing is left for another to be mixed up with. */
  readonly socket: Socket
  /** Through an upstream proxy the whole address is asked for, with what that wants to hear. */
  readonly upstream?: { readonly authorization: string | undefined } | undefined
}

/**
 * Sends a request on, and its answer back.
 *
 * @returns false where nothing was answered yet, and nothing will be
 */
export async function forward(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { target, socket, upstream }: Forwarding,
  exchange: Exchange,
): Promise<boolean> {
  const done = Promise.withResolvers<boolean>()
  const fail = (): void => {
    if (outgoing.headersSent) outgoing.destroy()
    done.resolve(outgoing.headersSent)
  }
  const asked = ask({
    method: incoming.method ?? 'GET',
    path: upstream === undefined ? target.path : `http://${formatTarget(target)}${target.path}`,
    headers: requestFields(incoming, target, upstream?.authorization),
    // Without an agent: one would connect by itself, to whatever it takes for the host.
    createConnection: () => socket,
    maxHeaderSize: maxHeadBytes,
  })
  // Whoever answers with nothing else would fill the memory of this host, as long as the program does not read.
  asked.once('continue', () => outgoing.writeContinue())
  let interim = 0
  asked.on('information', () => {
    interim += 1
    if (interim > mostInterim) exchange.end('broken')
  })
  asked.once('error', fail)
  // Nothing of an upgrade was asked for, and a host that answers with one is not understood.
  asked.once('close', () => {
    if (!outgoing.headersSent) fail()
  })
  asked.once('response', (answer) => {
    // The program has no credentials for it, and is not to look for any.
    if (upstream !== undefined && answer.statusCode === 407) return exchange.end('upstream')
    answer.once('error', fail)
    try {
      sendBack(answer, outgoing, exchange)
    } catch {
      // What one parser lets through, the other may not write: nothing of it goes on.
      fail()
    }
  })
  if (exchange.signal.aborted) fail()
  else exchange.signal.addEventListener('abort', fail, { once: true })
  incoming.once('error', fail)
  outgoing.once('close', () => {
    if (!outgoing.writableFinished) fail()
    done.resolve(true)
  })

  if (hasBody(incoming)) {
    carryBody(incoming, asked, (bytes) => exchange.up(bytes))
    if (incoming.headers.expect !== undefined) asked.flushHeaders()
  } else asked.end()
  return done.promise
}

/** Fields of the request as they go on: for the host of its first line, and framed as its body was. */
function requestFields(
  incoming: IncomingMessage,
  target: RequestTarget,
  authorization: string | undefined,
): readonly string[] {
  const length = incoming.headers['content-length']
  return [
    'Host',
    formatTarget(target).replace(/:80$/, ''),
    ...endToEndFields(incoming.rawHeaders),
    ...(length === undefined ? [] : ['Content-Length', length]),
    ...(isChunked(incoming) ? ['Transfer-Encoding', 'chunked'] : []),
    ...(authorization === undefined ? [] : ['Proxy-Authorization', authorization]),
    'Connection',
    'close',
  ]
}

function sendBack(answer: IncomingMessage, outgoing: ServerResponse, exchange: Exchange): void {
  const length = answer.headers['content-length']
  outgoing.sendDate = false
  outgoing.writeHead(answer.statusCode ?? 502, answer.statusMessage, [
    ...endToEndFields(answer.rawHeaders),
    ...(length === undefined ? [] : ['Content-Length', length]),
  ])
  carryBody(answer, outgoing, (bytes) => exchange.down(bytes))
}

function hasBody(incoming: IncomingMessage): boolean {
  return isChunked(incoming) || incoming.headers['content-length'] !== undefined
}

function isChunked(incoming: IncomingMessage): boolean {
  return incoming.headers['transfer-encoding'] !== undefined
}
