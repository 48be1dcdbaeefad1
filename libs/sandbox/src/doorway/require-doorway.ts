import type { BackendName } from '../backend.ts'
import { SandboxError } from '../sandbox-error.ts'

/**
 * Refuses a network where there is no way to hold a program to it.
 *
 * @throws SandboxError `MB_SANDBOX_NETWORK`
 */
export function requireDoorway(backend: BackendName): void {
  const state = obstacles[backend]
  if (state === undefined) return
  throw new SandboxError(
    'MB_SANDBOX_NETWORK',
    `Cannot allow connections by backend ${backend}: ${state}`,
    {
      hint: 'Use backend bubblewrap or namespaces (mb sandbox doctor says what they lack here), or allow no connections',
      details: { backend },
    },
  )
}

/** Whether a program can be held to hosts there. */
export function hasDoorway(backend: BackendName): boolean {
  return obstacles[backend] === undefined
}

const obstacles: Readonly<Record<BackendName, string | undefined>> = {
  bubblewrap: undefined,
  namespaces: undefined,
  container: 'the network of a container belongs to its engine, and not every user may enter it',
  landlock:
    'Landlock knows ports and no hosts, so that every host would be open on an allowed port',
  seatbelt: 'its profiles open ports of this machine, where every program could ask our proxy',
  none: 'nothing confines the program, so that every host is open to it',
}
