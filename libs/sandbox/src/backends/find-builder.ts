import type { BackendName } from '../backend.ts'
import type { JailBuilder } from '../jail/jail-builder.ts'
import { findBubblewrap } from './bubblewrap/find-bubblewrap.ts'
import { findContainer } from './container/find-container.ts'
import { findLandlock } from './landlock/find-landlock.ts'
import { findNamespaces } from './namespaces/find-namespaces.ts'
import { findNone } from './none/find-none.ts'
import { findSeatbelt } from './seatbelt/find-seatbelt.ts'

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
  return finders[backend](cacheDirectory)
}

const finders: Readonly<Record<BackendName, (cacheDirectory?: string) => Promise<JailBuilder>>> = {
  bubblewrap: async (cacheDirectory) => findBubblewrap(undefined, cacheDirectory),
  namespaces: async () => findNamespaces(),
  container: async () => findContainer(),
  landlock: async () => findLandlock(),
  seatbelt: async () => findSeatbelt(),
  none: async () => findNone(),
}
