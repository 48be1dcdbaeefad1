import type { AddressInfo, Server } from 'node:net'

/** The address that a server listens on. */
export function addressOf(server: Server): AddressInfo {
  const address = server.address()
  if (address === null || typeof address === 'string')
    throw new TypeError('Cannot aim at a server: it has no port')
  return address
}
