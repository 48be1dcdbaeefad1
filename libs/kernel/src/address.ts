import { isIP } from 'node:net'

/**
 * One way to write an address, whatever way it was written in: IPv4 in four decimal parts, IPv6 as RFC 5952 has it, and IPv4 that is
 * mapped into IPv6 as the IPv4 that it is. Undefined for what is no address, and for one with a zone, which only this machine can read.
 */
export function canonicalAddress(text: string): string | undefined {
  const version = isIP(text)
  if (version === 0 || text.includes('%')) return undefined
  if (version === 4) return text
  // The URL parser is the one serialiser of IPv6 in Node (WHATWG URL, "IPv6 serializer").
  const address = new URL(`http://[${text}]`).hostname.slice(1, -1)
  const bytes = addressBytes(address)
  return isWithin(bytes, mapped, 96) ? bytes.slice(12).join('.') : address
}

/** The 4 or 16 bytes of an address as {@link canonicalAddress} writes it. */
export function addressBytes(address: string): Uint8Array {
  if (!address.includes(':')) return Uint8Array.from(address.split('.'), Number)
  const [head = '', tail] = address.split('::')
  const before = groups(head)
  const after = groups(tail ?? '')
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => 0)
  return Uint8Array.from(
    [...before, ...zeros, ...after].flatMap((group) => [group >> 8, group & 0xff]),
  )
}

/** Whether an address lies in a range, given by the first of its addresses and how many bits all of them share. */
export function isWithin(address: Uint8Array, first: Uint8Array, bits: number): boolean {
  if (address.length !== first.length) return false
  const whole = bits >> 3
  for (let index = 0; index < whole; index++) if (address[index] !== first[index]) return false
  const mask = (0xff00 >> (bits & 7)) & 0xff
  return mask === 0 || ((address[whole] ?? 0) & mask) === ((first[whole] ?? 0) & mask)
}

const mapped = Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0])

function groups(text: string): readonly number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16))
}
