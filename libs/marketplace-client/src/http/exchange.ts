import { once } from 'node:events'
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http'
import { MarketplaceError } from '../marketplace-error.ts'
import { networkError, timeoutError, type Whom } from './network-error.ts'
import type { Reply } from './reply.ts'
import type { Timeouts } from './timeouts.ts'
import { Watchdog } from './watchdog.ts'

/** One HTTP request. */
export interface ExchangeRequest {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body?: RequestBody | undefined
}

/** What is sent. */
export interface RequestBody {
  readonly bytes: number
  chunks(): AsyncIterable<Buffer>
}

/** How {@link exchange} is done. */
export interface ExchangeOptions {
  readonly timeouts: Timeouts
  readonly signal: AbortSignal
  readonly whom: Whom
}

/**
 * Sends a request and waits for the headers of the answer.
 *
 * It is built on `node:http`, since `fetch` unpacks what nobody asked to be packed, and neither tells when a connection
 * stands nor sends a stream with its length.
 *
 * @throws MarketplaceError `MB_MARKETPLACE_UNREACHABLE`, `MB_MARKETPLACE_TIMEOUT`, `MB_MARKETPLACE_ANSWER`; the signal's reason
 */
export async function exchange(request: ExchangeRequest, options: ExchangeOptions): Promise<Reply> {
  const { signal } = options
  signal.throwIfAborted()
  const sent = await open(request)
  return new Promise<Reply>((resolve, reject) => {
    // Whatever happened first is the reason; what follows from it is not.
    let reason: unknown
    let response: IncomingMessage | undefined
    const upload = new AbortController()
    const fail = (error: unknown) => {
      reason ??= error
      if (response === undefined) sent.destroy()
      else response.destroy()
    }
    const watchdog = new Watchdog(fail)
    const abort = () => {
      fail(signal.reason)
    }
    const close = () => {
      watchdog.rest()
      upload.abort()
      signal.removeEventListener('abort', abort)
    }
    const whyEnded = (error: unknown) =>
      reason ?? networkError(error, options.whom, response !== undefined)

    signal.addEventListener('abort', abort)
    sent.on('error', (error) => {
      reason ??= networkError(error, options.whom, response !== undefined)
    })
    sent.on('close', () => {
      if (response !== undefined) return
      close()
      reject(toError(whyEnded(undefined)))
    })
    sent.on('response', (message) => {
      response = message
      watchdog.rest()
      upload.abort()
      resolve(toReply(message, { ...options, watchdog, close, whyEnded }))
    })
    awaitConnection(sent, watchdog, options, () => {
      send(sent, request.body, { ...options, watchdog, signal: upload.signal }).catch(fail)
    })
  })
}

async function open({ method, url, headers, body }: ExchangeRequest): Promise<ClientRequest> {
  const options: RequestOptions = {
    method,
    headers: {
      ...headers,
      'accept-encoding': 'identity',
      ...(body === undefined ? {} : { 'content-length': String(body.bytes) }),
    },
    // A kept connection may be gone by the time it is used again. What must not be sent twice gets one of its own.
    ...(method === 'GET' ? {} : { agent: false }),
  }
  const { request } =
    url.protocol === 'https:' ? await import('node:https') : await import('node:http')
  return request(url, options)
}

/** Calls back once the connection stands. */
function awaitConnection(
  sent: ClientRequest,
  watchdog: Watchdog,
  { timeouts, whom }: ExchangeOptions,
  onConnect: () => void,
): void {
  watchdog.expect(timeouts.connectMs, () =>
    timeoutError(whom, 'no connection stood', timeouts.connectMs),
  )
  sent.on('socket', (socket) => {
    if (!socket.connecting) onConnect()
    else socket.once('encrypted' in socket ? 'secureConnect' : 'connect', onConnect)
  })
}

async function send(
  sent: ClientRequest,
  body: RequestBody | undefined,
  options: ExchangeOptions & { readonly watchdog: Watchdog },
): Promise<void> {
  const { timeouts, whom, watchdog, signal } = options
  try {
    for await (const chunk of body?.chunks() ?? []) {
      if (signal.aborted) return
      watchdog.expect(timeouts.idleMs, () =>
        timeoutError(whom, 'it took no more bytes', timeouts.idleMs),
      )
      if (!sent.write(chunk)) await once(sent, 'drain', { signal })
    }
    if (signal.aborted) return
    watchdog.expect(timeouts.answerMs, () =>
      timeoutError(whom, 'it did not answer', timeouts.answerMs),
    )
    sent.end()
  } catch (error) {
    // An answer before the end of the body is an answer, and a broken connection is told by the request itself.
    if (!signal.aborted && !sent.destroyed) throw error
  }
}

interface ReplyOptions extends ExchangeOptions {
  readonly watchdog: Watchdog
  readonly close: () => void
  readonly whyEnded: (error: unknown) => unknown
}

function toReply(message: IncomingMessage, options: ReplyOptions): Reply {
  const { watchdog, timeouts, whom, close, whyEnded } = options
  message.on('error', () => {
    // Whoever reads it is told; when nobody does, nobody has to be.
  })
  const expectMore = () => {
    watchdog.expect(timeouts.idleMs, () => timeoutError(whom, 'nothing more came', timeouts.idleMs))
  }
  return {
    status: message.statusCode ?? 0,
    header: (name) => {
      const value = message.headers[name]
      return typeof value === 'string' ? value : value?.join(', ')
    },
    async *chunks() {
      try {
        expectMore()
        for await (const chunk of message) {
          // Whoever reads may take their time: that is not the marketplace's.
          watchdog.rest()
          if (Buffer.isBuffer(chunk)) yield chunk
          expectMore()
        }
        if (!message.complete) throw toError(whyEnded(undefined))
      } catch (error) {
        throw error instanceof MarketplaceError ? error : toError(whyEnded(error))
      } finally {
        close()
        message.destroy()
      }
    },
    discard: () => {
      close()
      // What has no body is over: its connection can be used again.
      if (message.statusCode === 304) message.resume()
      else message.destroy()
    },
  }
}

function toError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('The request was aborted', { cause: reason })
}
