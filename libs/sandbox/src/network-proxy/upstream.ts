import { request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { SandboxError } from '../sandbox-error.ts'
import { NoProxy } from './no-proxy.ts'
import { formatTarget, type Target } from './target.ts'
import type { UpstreamProxy } from './upstream-proxy.ts'

/** The proxy of a company, ready to be asked. */
export class Upstream {
  /** What it wants to hear from those who ask, where it wants something. */
  readonly authorization: string | undefined
  readonly #url: URL
  readonly #noProxy: NoProxy

  /** @throws SandboxError `MB_SANDBOX_UPSTREAM` for what is no address of a proxy */
  constructor({ url, noProxy = [] }: UpstreamProxy) {
    this.#url = parseUrl(url)
    this.#noProxy = new NoProxy(noProxy)
    const { username, password } = this.#url
    const credentials = `${decode(username)}:${decode(password)}`
    this.authorization =
      username === '' && password === ''
        ? undefined
        : `Basic ${Buffer.from(credentials).toString('base64')}`
  }

  /** Whether a target is reached through it. */
  leadsTo(target: Target): boolean {
    return !this.#noProxy.has(target)
  }

  /**
   * Connects to it.
   *
   * @throws when it cannot be reached, or the signal is aborted
   */
  async connect(signal: AbortSignal): Promise<Socket> {
    signal.throwIfAborted()
    const { protocol, hostname, port } = this.#url
    const isSecure = protocol === 'https:'
    // Rare, and a quarter of what the proxy loads.
    const tls = isSecure ? await import('node:tls') : undefined
    signal.throwIfAborted()
    const host = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname
    const options = { host, noDelay: true, allowHalfOpen: true }
    const socket =
      tls?.connect({
        ...options,
        port: port === '' ? 443 : Number(port),
        servername: canBeServerName(host) ? host : '',
        ALPNProtocols: ['http/1.1'],
      }) ?? connect({ ...options, port: port === '' ? 80 : Number(port) })
    return untilReady(socket, isSecure ? 'secureConnect' : 'connect', signal)
  }

  /**
   * Has it connect to a target.
   *
   * @throws UpstreamRefusal when it does not want to, else as {@link Upstream.connect}
   */
  async tunnel(target: Target, signal: AbortSignal): Promise<Socket> {
    const socket = await this.connect(signal)
    const authority = formatTarget(target)
    const { promise, resolve, reject } = Promise.withResolvers<Socket>()
    const asking = request({
      method: 'CONNECT',
      path: authority,
      headers: [
        'Host',
        authority,
        ...(this.authorization === undefined ? [] : ['Proxy-Authorization', this.authorization]),
      ],
      createConnection: () => socket,
      signal,
    })
    asking.once('error', reject)
    asking.once('response', (answer) => {
      reject(new UpstreamRefusal(answer.statusCode ?? 0))
    })
    asking.once('connect', (answer, connection: Socket, head: Buffer) => {
      const status = answer.statusCode ?? 0
      if (status < 200 || status > 299) return reject(new UpstreamRefusal(status))
      if (head.length > 0) connection.unshift(head)
      resolve(connection)
    })
    asking.end()
    try {
      return await promise
    } catch (error) {
      socket.destroy()
      throw error
    }
  }
}

/** Thrown where the upstream proxy answers that it does not connect. */
export class UpstreamRefusal extends Error {
  constructor(status: number) {
    super(`Cannot connect: the upstream proxy answers ${status}`)
  }
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    // The text is not repeated: it may hold a password.
    throw new SandboxError(
      'MB_SANDBOX_UPSTREAM',
      'Cannot use the proxy of this network: its address is no "http://host:port" or "https://host:port"',
      { hint: 'Look at HTTPS_PROXY and HTTP_PROXY, or at what was given as the upstream' },
    )
  return url
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

// RFC 6066, 3: an address is no name of a server.
function canBeServerName(host: string): boolean {
  return !/^[\d.]+$|:/.test(host)
}

async function untilReady(
  socket: Socket,
  ready: 'connect' | 'secureConnect',
  signal: AbortSignal,
): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>()
  const abort = (): void => reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  socket.once(ready, () => resolve(socket))
  socket.once('error', reject)
  socket.once('close', () => reject(new Error('Cannot connect: the upstream proxy hung up')))
  try {
    return await promise
  } catch (error) {
    socket.destroy()
    throw error
  } finally {
    signal.removeEventListener('abort', abort)
    socket.off('error', reject)
  }
}
