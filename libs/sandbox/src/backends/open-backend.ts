import type { BackendName } from '../backend.ts'
import { openJails } from '../jail/open-jails.ts'
import type { Sandbox, SandboxOptions } from '../sandbox.ts'
import { findBuilder } from './find-builder.ts'

/** Opens a sandbox by one backend. */
export async function openBackend(backend: BackendName, options: SandboxOptions): Promise<Sandbox> {
  // First: whoever is told of anything else would see to that in vain.
  if ((options.policy.net ?? []).length > 0) {
    const { requireDoorway } = await import('../doorway/require-doorway.ts')
    requireDoorway(backend)
  }
  if (backend === 'none') {
    const { openNone } = await import('./none/open-none.ts')
    return openNone(options)
  }
  if (backend !== 'seatbelt')
    return openJails(await findBuilder(backend, options.cacheDirectory), options)
  const { openSeatbelt } = await import('./seatbelt/open-seatbelt.ts')
  return openSeatbelt(options)
}
