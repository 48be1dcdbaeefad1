import { listAddresses } from './mechanisms/addresses.ts'
import { listCredentials } from './mechanisms/credentials.ts'
import { listDirectly } from './mechanisms/directly.ts'
import { listExhausting } from './mechanisms/exhausting.ts'
import { listNames } from './mechanisms/names.ts'
import { listNeighbours } from './mechanisms/neighbours.ts'
import { listRedirects } from './mechanisms/redirects.ts'
import { listResolution } from './mechanisms/resolution.ts'
import { listSmuggling } from './mechanisms/smuggling.ts'
import { listTunnels } from './mechanisms/tunnels.ts'
import type { NetworkMechanism } from './network-mechanism.ts'

/** What is tried with a network, by what it aims at. */
export const networkAreas: readonly {
  readonly area: string
  readonly list: () => readonly NetworkMechanism[]
}[] = [
  // First, because they wait for limits while others work.
  { area: 'exhausting', list: listExhausting },
  { area: 'addresses', list: listAddresses },
  { area: 'names', list: listNames },
  { area: 'resolution', list: listResolution },
  { area: 'redirects', list: listRedirects },
  { area: 'smuggling', list: listSmuggling },
  { area: 'tunnels', list: listTunnels },
  { area: 'past the proxy', list: listDirectly },
  { area: 'neighbours', list: listNeighbours },
  { area: 'credentials', list: listCredentials },
]
