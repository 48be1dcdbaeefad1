import { once } from 'node:events'
import { request, type ClientRequest, type IncomingMessage } from 'node:http'
import { errorCode, isMbError } from '@mb/kernel'
import type { FullNetworkWay } from './network-way.ts'
import { openConnection } from './open-connection.ts'
import { shownUrl } from './plugin-source.ts'
import { sourceError } from './source-error.ts'

/** What is asked for, and how. */
export interface UrlRequest {
  readonly url: string
  /** The kind of answer that is wanted. */
  readonly accept: string
  /** Looks at each address before it is asked, the first and those that it leads on to; throws to refuse one. */
  readonly admit: (url: URL) => void
  readonly way: FullNetworkWay
  readonly signal: AbortSignal
}

/** An answer of an address. */
export interface UrlAnswer extends Disposable {
  /** The address that answered in the end. */
  readonly url: URL
  readonly message: IncomingMessage
}

const mostRedirects = 5
const redirects: ReadonlySet<number | undefined> = new Set([301, 302, 303, 307, 308])

/**
 * Asks for what is at an address, and follows it where it leads on to others, at most five times. Nothing of the person goes along: no
 * cookies, no credentials, no name of the page before.
 *
 * @throws PluginError `MB_SOURCE_ADDRESS`, `MB_SOURCE_FETCH`, `MB_SOURCE_NOT_FOUND`; what `admit` throws
 */
export async function requestUrl(asked: UrlRequest): Promise<UrlAnswer> {
  let url = new URL(asked.url)
  for (let count = 0; ; count++) {
    const from = shownUrl(url)
    asked.admit(url)
    const message = await told(from, asked.signal, () => ask(url, asked))
    const { statusCode = 0, headers } = message
    if (statusCode === 200) return { url, message, [Symbol.dispose]: () => void message.destroy() }
    message.destroy()
    if (!redirects.has(statusCode)) throw refusal(from, statusCode)
    if (count === mostRedirects)
      throw sourceError('MB_SOURCE_FETCH', from, `it leads on more than ${mostRedirects} times`)
    url = nextUrl(headers.location, url)
  }
}

/**
 * Does what needs the network, its failures told in words.
 *
 * @throws PluginError `MB_SOURCE_FETCH`; what is an error of ours; the reason of the signal
 */
export async function told<T>(
  shown: string,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    signal.throwIfAborted()
    if (isMbError(error)) throw error
    throw sourceError('MB_SOURCE_FETCH', shown, reasonOf(error), { cause: error })
  }
}

async function ask(url: URL, { accept, way, signal }: UrlRequest): Promise<IncomingMessage> {
  const socket = await connectInTime(url, way, signal)
  const asking = request({
    createConnection: () => socket,
    path: `${url.pathname}${url.search}`,
    headers: {
      host: url.host,
      accept,
      // Bytes are taken as they come: nothing is unpacked on the way, so nothing can grow there.
      'accept-encoding': 'identity',
      'user-agent': 'milkbottle',
      connection: 'close',
    },
    signal,
  })
  let waiting: IncomingMessage | ClientRequest = asking
  socket.setTimeout(way.idleMs, () => {
    waiting.destroy(new Error(`it has sent nothing for ${way.idleMs / 1000} s`))
  })
  asking.end()
  try {
    const [message]: IncomingMessage[] = await once(asking, 'response', { signal })
    if (message === undefined) throw new TypeError('There is no answer')
    // An error that nobody waits for ends the process.
    message.on('error', () => {})
    waiting = message
    return message
  } catch (error) {
    socket.destroy()
    throw error
  } finally {
    asking.on('error', () => {})
  }
}

async function connectInTime(
  url: URL,
  way: FullNetworkWay,
  signal: AbortSignal,
): Promise<Awaited<ReturnType<typeof openConnection>>> {
  const late = new AbortController()
  // Not the timer of a signal: a connection that was made in time would be closed by it later.
  const timer = setTimeout(() => late.abort(), way.connectMs)
  try {
    return await openConnection(url, way, AbortSignal.any([signal, late.signal]))
  } finally {
    clearTimeout(timer)
  }
}

function nextUrl(location: string | undefined, from: URL): URL {
  const next =
    location !== undefined && URL.canParse(location, from.href)
      ? new URL(location, from)
      : undefined
  if (next === undefined)
    throw sourceError('MB_SOURCE_FETCH', shownUrl(from), 'it leads on to no address')
  if (next.protocol !== 'https:')
    throw sourceError(
      'MB_SOURCE_ADDRESS',
      shownUrl(from),
      `it leads on to "${next.protocol}", which is not encrypted`,
    )
  if (next.username !== '' || next.password !== '')
    throw sourceError(
      'MB_SOURCE_ADDRESS',
      shownUrl(from),
      `it leads on to "${next.host}" with a user name or a password`,
    )
  return next
}

function refusal(shown: string, status: number): Error {
  return status === 404 || status === 410
    ? sourceError('MB_SOURCE_NOT_FOUND', shown, `it answers ${status}: there is nothing`)
    : sourceError('MB_SOURCE_FETCH', shown, `it answers ${status}`)
}

const reasons: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its host is not known',
  EAI_AGAIN: 'no name server answers',
  ECONNREFUSED: 'its host refuses the connection',
  ECONNRESET: 'it hung up',
  ETIMEDOUT: 'its host does not answer',
  EHOSTUNREACH: 'its host cannot be reached',
  ENETUNREACH: 'there is no network',
  ABORT_ERR: 'its host does not answer in time',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is by nobody that this machine knows',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is by nobody that this machine knows',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is by nobody that this machine knows',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is by nobody that this machine knows',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
  CERT_HAS_EXPIRED: 'its certificate has expired',
}

function reasonOf(error: unknown): string {
  const code = errorCode(error)
  if (code !== undefined) return reasons[code] ?? `the connection failed with ${code}`
  return error instanceof Error ? error.message : String(error)
}
