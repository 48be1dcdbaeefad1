import { permissionsSchema, type NetPermission } from '@mb/manifest'
import { PluginError } from '../plugin-error.ts'
import type { TypedAddress } from './command-values.ts'

/** What the addresses that a person named come to. */
export interface NamedHosts {
  /** One host and one port each: these alone may be reached, in this run. */
  readonly hosts: readonly NetPermission[]
  /** Passwords that stand in them, which are shown nowhere. */
  readonly passwords: readonly string[]
}

const usualPorts: Readonly<Record<string, number>> = {
  'http:': 80,
  'ws:': 80,
  'https:': 443,
  'wss:': 443,
}

/**
 * Finds whom a person named by an address. One without a host (`mailto:`, `data:`), or of whose scheme nobody knows the
 * port, names nobody.
 *
 * @throws PluginError `MB_PLUGIN_USAGE` for a host that no connection can be held to
 */
export function namedHosts(addresses: readonly TypedAddress[]): NamedHosts {
  const urls = addresses.map((address) => ({ ...address, url: new URL(address.typed) }))
  return {
    hosts: urls.flatMap(hostOf),
    passwords: urls.flatMap(({ url: { password } }) =>
      password === '' ? [] : [password, decoded(password)],
    ),
  }
}

function hostOf({ url, label }: TypedAddress & { readonly url: URL }): readonly NetPermission[] {
  const { hostname, port, protocol } = url
  const number = port === '' ? usualPorts[protocol] : Number(port)
  if (hostname === '' || number === undefined) return []
  const read = permissionsSchema.safeParse({ net: [{ host: hostname, ports: [number] }] })
  // To an address a star is a letter; to a permission it is every host.
  if (read.success && !hostname.includes('*')) return read.data.net
  throw new PluginError('MB_PLUGIN_USAGE', `Cannot use "${hostname}" as ${label}: it is no host`, {
    hint: 'Name an address with the name of one host, as https://example.org/',
  })
}

function decoded(password: string): string {
  try {
    return decodeURIComponent(password)
  } catch {
    return password
  }
}
