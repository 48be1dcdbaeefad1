import type { BackendName } from '../backend.ts'
import type { JailBuilder } from '../jail/jail-builder.ts'
import { findBubblewrap } from './bubblewrap/find-bubblewrap.ts'
import { findLandlock } from './landlock/find-landlock.ts'
import { findNamespaces } from './namespaces/find-namespaces.ts'

/**
 * What builds the jails of a backend on this machine.
 *
 * @throws SandboxError `MB_SANDBOX_PLATFORM`, `MB_SANDBOX_BACKEND_MISSING`
 */
export async function findBuilder(backend: BackendName): Promise<JailBuilder> {
  return finders[backend]()
}

const finders: Readonly<Record<BackendName, () => Promise<JailBuilder>>> = {
  bubblewrap: findBubblewrap,
  namespaces: findNamespaces,
  landlock: findLandlock,
}
