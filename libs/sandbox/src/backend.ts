import type { SandboxLevel } from './receipt.ts'

/** A way to build jails: by bubblewrap, with the system's perl or python3 alone, or without any namespace by Landlock. */
export type BackendName = 'bubblewrap' | 'namespaces' | 'landlock'

/** The backends, the one that is tried first first. */
export const backendNames: readonly BackendName[] = ['bubblewrap', 'namespaces', 'landlock']

/** What can be proved of the jails of a backend. */
export const backendLevels: Readonly<Record<BackendName, SandboxLevel>> = {
  bubblewrap: 'sandbox',
  namespaces: 'sandbox',
  landlock: 'restricted',
}
