import { networkInterfaces } from 'node:os'
import { addressBytes, canonicalAddress } from './address.ts'

/** A network that this machine is in. */
export interface OwnNetwork {
  readonly first: Uint8Array
  readonly bits: number
}

// Reading them costs some tens of microseconds, on each connection; they change when a cable or a tunnel does.
const freshMs = 1000
let known: { readonly networks: readonly OwnNetwork[]; readonly atMs: number } | undefined

/** The networks that the interfaces of this machine are in, its own addresses among them. Read once a second. */
export function ownNetworks(): readonly OwnNetwork[] {
  const now = performance.now()
  if (known === undefined || now - known.atMs > freshMs)
    known = { networks: readNetworks(), atMs: now }
  return known.networks
}

function readNetworks(): readonly OwnNetwork[] {
  return Object.values(networkInterfaces()).flatMap((addresses = []) =>
    addresses.flatMap(({ cidr }) => {
      const network = cidr === null ? undefined : parseNetwork(cidr)
      return network === undefined ? [] : [network]
    }),
  )
}

/** A network as `10.1.2.3/24`. One so wide that it says nothing of who is near, as tunnels have, is its one address. */
export function parseNetwork(cidr: string): OwnNetwork | undefined {
  const [text = '', length] = cidr.split('/')
  const address = canonicalAddress(text)
  if (address === undefined) return undefined
  const first = addressBytes(address)
  const bits = Number(length)
  const isNear = bits >= (first.length === 4 ? 8 : 32)
  return { first, bits: isNear ? bits : first.length * 8 }
}
