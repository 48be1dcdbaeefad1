/** A way to build jails: by bubblewrap, or with the system's perl or python3 alone. */
export type BackendName = 'bubblewrap' | 'namespaces'

/** The backends, the one that is tried first first. */
export const backendNames: readonly BackendName[] = ['bubblewrap', 'namespaces']
