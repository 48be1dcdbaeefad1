import { levelItems, type ReceiptItem, type SandboxLevel } from './receipt.ts'

/**
 * A way to build jails: by bubblewrap; with the system's perl or python3 alone; by Docker or Podman; without any namespace, by Landlock;
 * by `sandbox-exec` of macOS, which is experimental; or not at all.
 */
export type BackendName =
  | 'bubblewrap'
  | 'namespaces'
  | 'container'
  | 'landlock'
  | 'seatbelt'
  | 'none'

/** The backends, the strongest first. `none` is taken only where it is named. */
export const backendNames: readonly BackendName[] = [
  'bubblewrap',
  'namespaces',
  'container',
  'landlock',
  'seatbelt',
  'none',
]

/** What can be proved of the jails of a backend. */
export const backendLevels: Readonly<Record<BackendName, SandboxLevel>> = {
  bubblewrap: 'sandbox',
  namespaces: 'sandbox',
  container: 'sandbox',
  landlock: 'restricted',
  seatbelt: 'restricted',
  none: 'none',
}

/** The items that can be proved of the jails of a backend: those of its level; on macOS what a program can try inside, and no other. */
export function provableItems(backend: BackendName): readonly ReceiptItem[] {
  return backend === 'seatbelt' ? ofSeatbelt : levelItems(backendLevels[backend])
}

// macOS shows no process what another one is held to.
const ofSeatbelt: readonly ReceiptItem[] = ['filesystem', 'network', 'processes']
