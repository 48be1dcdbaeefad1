import type { BackendName } from '../backend.ts'
import type { JailBuilder } from '../jail/jail-builder.ts'
import { findBubblewrap } from './bubblewrap/find-bubblewrap.ts'

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

// The first one is what mostly builds; the others are loaded where it does not.
const finders: Readonly<
  Record<Exclude<BackendName, 'seatbelt'>, (cacheDirectory?: string) => Promise<JailBuilder>>
> = {
  bubblewrap: async (cacheDirectory) => findBubblewrap(undefined, cacheDirectory),
  namespaces: async () => (await import('./namespaces/find-namespaces.ts')).findNamespaces(),
  container: async () => (await import('./container/find-container.ts')).findContainer(),
  landlock: async () => (await import('./landlock/find-landlock.ts')).findLandlock(),
  none: async () => (await import('./none/find-none.ts')).findNone(),
}
