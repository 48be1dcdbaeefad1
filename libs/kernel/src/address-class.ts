import { addressBytes, isWithin } from './address.ts'
import { ownNetworks } from './own-networks.ts'

/** Whom an address leads to. Only what is `public` is reached without being named. */
export type AddressClass =
  | 'public'
  | 'loopback'
  | 'unspecified'
  | 'private'
  | 'shared'
  | 'link-local'
  | 'metadata'
  | 'multicast'
  | 'documentation'
  | 'reserved'
  | 'own-network'

/**
 * Classifies an address by the registries of special addresses (IANA, RFC 6890), and by the networks that this machine is in.
 *
 * @param address as `canonicalAddress()` writes it
 */
export function classifyAddress(address: string): AddressClass {
  const bytes = addressBytes(address)
  const special = classifySpecial(bytes)
  if (special !== 'public') return special
  // Who is let in here, or next door, trusts whoever comes from inside: a firewall stands before them, and not before us.
  const isOwn = ownNetworks().some(({ first, bits }) => isWithin(bytes, first, bits))
  return isOwn ? 'own-network' : 'public'
}

function classifySpecial(bytes: Uint8Array): AddressClass {
  const known = ranges.find(({ first, bits }) => isWithin(bytes, first, bits))
  if (known !== undefined) return known.is
  if (bytes.length === 4) return 'public'
  // Behind a translator the last four bytes are whom it leads to (RFC 6052).
  if (isWithin(bytes, translated, 96)) return classifySpecial(bytes.slice(12))
  // All that is handed out to be reached by everybody (RFC 4291, 2.4, as IANA does).
  return isWithin(bytes, globalUnicast, 3) ? 'public' : 'reserved'
}

const translated = addressBytes('64:ff9b::')
const globalUnicast = addressBytes('2000::')

interface Range {
  readonly first: Uint8Array
  readonly bits: number
  readonly is: AddressClass
}

// Narrow ranges first: the first that holds an address names it.
const ranges: readonly Range[] = [
  // Keys of the machine's own account are handed out there by clouds, to whoever asks from it. Some are in ranges that are public else.
  range('169.254.169.254/32', 'metadata'),
  range('169.254.170.2/32', 'metadata'),
  range('169.254.170.23/32', 'metadata'),
  range('100.100.100.200/32', 'metadata'),
  range('168.63.129.16/32', 'metadata'),
  range('192.0.0.192/32', 'metadata'),
  range('fd00:ec2::254/128', 'metadata'),
  range('fd00:ec2::23/128', 'metadata'),
  range('fd20:ce::254/128', 'metadata'),
  range('0.0.0.0/8', 'unspecified'),
  range('10.0.0.0/8', 'private'),
  range('100.64.0.0/10', 'shared'),
  range('127.0.0.0/8', 'loopback'),
  range('169.254.0.0/16', 'link-local'),
  range('172.16.0.0/12', 'private'),
  range('192.0.0.0/24', 'reserved'),
  range('192.0.2.0/24', 'documentation'),
  range('192.88.99.0/24', 'reserved'),
  range('192.168.0.0/16', 'private'),
  range('198.18.0.0/15', 'reserved'),
  range('198.51.100.0/24', 'documentation'),
  range('203.0.113.0/24', 'documentation'),
  range('224.0.0.0/4', 'multicast'),
  range('240.0.0.0/4', 'reserved'),
  range('::/128', 'unspecified'),
  range('::1/128', 'loopback'),
  range('fc00::/7', 'private'),
  range('fe80::/10', 'link-local'),
  range('fec0::/10', 'private'),
  range('ff00::/8', 'multicast'),
  // Tunnels whose addresses hold an IPv4 address of anybody's choice: Teredo and others of 2001::/23, and 6to4.
  range('2001::/23', 'reserved'),
  range('2002::/16', 'reserved'),
  range('2001:db8::/32', 'documentation'),
  range('3fff::/20', 'documentation'),
]

function range(text: string, is: AddressClass): Range {
  const [address = '', bits] = text.split('/')
  return { first: addressBytes(address), bits: Number(bits), is }
}
