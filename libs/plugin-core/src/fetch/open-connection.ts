import { once } from 'node:events'
import type { Socket } from 'node:net'
import { connect, type TLSSocket } from 'node:tls'
import { canonicalAddress, classifyAddress, type AddressClass } from '@mb/kernel'
import type { FullNetworkWay } from './network-way.ts'
import { shownUrl } from './plugin-source.ts'
import { proxyOf } from './proxy-of.ts'
import { sourceError } from './source-error.ts'

/**
 * Opens an encrypted connection to the host of an address, which has to be public. The addresses that were looked at are the ones that
 * are connected to: whoever answers differently the next time is not asked again.
 *
 * Behind a company's proxy a name is handed to that: it alone can resolve it. An address that is written out is looked at there, too.
 *
 * @throws PluginError `MB_SOURCE_ADDRESS`; the system's errors
 */
export async function openConnection(
  url: URL,
  way: FullNetworkWay,
  signal: AbortSignal,
): Promise<TLSSocket> {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const port = url.port === '' ? 443 : Number(url.port)
  const raw = await openRaw(url, { host, port }, way, signal)
  const isAddress = canonicalAddress(host) !== undefined
  const secure = connect({
    socket: raw,
    // RFC 6066, 3: an address is no name of a server.
    ...(isAddress ? { host } : { host, servername: host }),
    ALPNProtocols: ['http/1.1'],
  })
  // What is thrown once nobody waits any more would end the process.
  for (const socket of [raw, secure]) socket.on('error', () => {})
  try {
    await once(secure, 'secureConnect', { signal })
    return secure
  } catch (error) {
    secure.destroy()
    raw.destroy()
    throw error
  }
}

async function openRaw(
  url: URL,
  { host, port }: { readonly host: string; readonly port: number },
  way: FullNetworkWay,
  signal: AbortSignal,
): Promise<Socket> {
  const address = canonicalAddress(host)
  const upstream = await proxyOf(way.env)
  const target = {
    kind: address === undefined ? 'name' : 'address',
    host: address ?? host,
    port,
  } as const
  if (upstream?.leadsTo(target) === true) {
    if (address !== undefined) requirePublic([address], url)
    else if (isHere(host)) throw notPublic(url, host, 'loopback')
    return await upstream.tunnel(target, signal)
  }
  const socket = way.dial(requirePublic(await addressesOf(host, way, signal), url), port, signal)
  socket.on('error', () => {})
  try {
    if (socket.connecting) await once(socket, 'connect', { signal })
    return socket
  } catch (error) {
    socket.destroy()
    throw error
  }
}

async function addressesOf(
  host: string,
  { resolve }: FullNetworkWay,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const address = canonicalAddress(host)
  if (address !== undefined) return [address]
  const found = await unlessAborted(resolve(host), signal)
  return found.flatMap((text) => canonicalAddress(text) ?? [])
}

/** The system cannot be told to stop asking. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const abort = (): void => reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  try {
    signal.throwIfAborted()
    return await Promise.race([work, promise])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

/** Those that are public: each is connected to as it was looked at, so that another beside it does no harm. */
function requirePublic(addresses: readonly string[], url: URL): readonly string[] {
  const judged = addresses.map((address) => ({ address, is: classifyAddress(address) }))
  const open = judged.filter(({ is }) => is === 'public').map(({ address }) => address)
  if (open.length > 0) return open
  const [first] = judged
  if (first !== undefined) throw notPublic(url, first.address, first.is)
  throw sourceError('MB_SOURCE_FETCH', shownUrl(url), `"${url.hostname}" has no address`)
}

// RFC 6761, 6.3.
function isHere(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost')
}

function notPublic(url: URL, address: string, is: AddressClass): Error {
  return sourceError(
    'MB_SOURCE_ADDRESS',
    shownUrl(url),
    `it leads to ${address}, which is ${words[is]}`,
    {
      hint: 'Plugins are fetched from public addresses alone; fetch the archive yourself and name the file',
      details: { address, class: is },
    },
  )
}

const words: Readonly<Record<AddressClass, string>> = {
  public: 'public',
  loopback: 'this machine',
  unspecified: 'this machine',
  private: 'in a private network',
  shared: 'in a network of the provider',
  'link-local': 'next to this machine',
  metadata: 'where clouds hand out keys',
  multicast: 'a group of machines',
  documentation: 'for examples only',
  reserved: 'reserved',
  'own-network': 'in a network of this machine',
}
