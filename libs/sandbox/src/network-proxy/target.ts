import { canonicalAddress } from '@mb/kernel'
import { isHostPattern } from '../policy/network.ts'

/** Whom a program wants to reach: a name in lower case without a last dot, or an address in its one form. */
export interface Target {
  readonly kind: 'name' | 'address'
  readonly host: string
  readonly port: number
}

/** A target, and what is asked of it. */
export interface RequestTarget extends Target {
  /** As it was sent: nothing of a path is rewritten. */
  readonly path: string
}

/** Reads `host:port`, as CONNECT has it (RFC 9112, 3.2.3). Undefined for whatever is not exactly that. */
export function parseAuthority(text: string): Target | undefined {
  return parseHostAndPort(text, undefined)
}

/** Reads `http://host[:port]/path`, as a proxy is asked (RFC 9112, 3.2.2). Undefined for other schemes, user names and fragments. */
export function parseAbsolute(text: string): RequestTarget | undefined {
  const [, authority, path] = /^http:\/\/([^/?#]*)((?:[/?][^#]*)?)$/i.exec(text) ?? []
  if (authority === undefined || path === undefined) return undefined
  const target = parseHostAndPort(authority, 80)
  return target && { ...target, path: path.startsWith('/') ? path : `/${path}` }
}

/** Reads a `Host` field of plain HTTP. */
export function parseHostField(text: string): Target | undefined {
  return parseHostAndPort(text, 80)
}

/** A target as text; IPv6 in brackets. */
export function formatTarget({ host, port }: Pick<Target, 'host' | 'port'>): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}

/** One form of a host, whatever way it was written in; IPv6 in brackets. Undefined for what is no host. */
export function parseHost(text: string): Pick<Target, 'kind' | 'host'> | undefined {
  if (text.startsWith('[')) {
    const address = /^\[.*:.*\]$/.test(text) ? canonicalAddress(text.slice(1, -1)) : undefined
    return address === undefined ? undefined : { kind: 'address', host: address }
  }
  // What the URL parser would decode, map or drop is refused before it sees it.
  if (!/^[a-z0-9._-]+$/i.test(text) || !URL.canParse(`http://${text}`)) return undefined
  // It reads octal, hexadecimal and short forms of IPv4 as every resolver does (WHATWG URL, "host parser").
  const { hostname } = new URL(`http://${text}`)
  const address = canonicalAddress(hostname)
  if (address !== undefined) return { kind: 'address', host: address }
  const host = hostname.endsWith('.') ? hostname.slice(0, -1) : hostname
  return isHostPattern(host) ? { kind: 'name', host } : undefined
}

function parseHostAndPort(text: string, defaultPort: number | undefined): Target | undefined {
  const [, hostText, portText] = /^(\[[^\]]*\]|[^:]*)(?::(\d{1,5}))?$/.exec(text) ?? []
  if (hostText === undefined) return undefined
  const host = parseHost(hostText)
  const port = portText === undefined ? defaultPort : Number(portText)
  if (host === undefined || port === undefined || port < 1 || port > 65_535) return undefined
  return { ...host, port }
}
