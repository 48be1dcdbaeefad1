import type { BackendName } from '../backend.ts'
import type { JailBuilder } from '../jail/jail-builder.ts'
import { findBubblewrap } from './bubblewrap/find-bubblewrap.ts'
import { findContainer } from './container/find-container.ts'
import { findLandlock } from './landlock/find-landlock.ts'
import { findNamespaces } from './namespaces/find-namespaces.ts'
import { findNone } from './none/find-none.ts'

/**
 * What builds the jails of a backend on this machine.
 *
 * @param cacheDirectory where what is known of the system's programs is kept
 * @throws SandboxError `MB_SANDBOX_PLATFORM`, `MB_SANDBOX_BACKEND_MISSING`
 */
export async function findBuilder(
  backend: BackendName,
  cacheDirectory?: string,
): Promise<JailBuilder> {
  if (backend === 'seatbelt')
    throw new TypeError('Cannot find a builder: seatbelt builds nothing, it starts programs itself')
  return finders[backend](cacheDirectory)
}

const finders: Readonly<
  Record<Exclude<BackendName, 'seatbelt'>, (cacheDirectory?: string) => Promise<JailBuilder>>
> = {
  bubblewrap: async (cacheDirectory) => findBubblewrap(undefined, cacheDirectory),
  namespaces: async () => findNamespaces(),
  container: async () => findContainer(),
  landlock: async () => findLandlock(),
  none: async () => findNone(),
}
