import type { BackendName, SandboxLevel } from '@mb/sandbox'

// Plain data that help and completion read too, so that it is not taken from the library, which they do not load.
const backends = {
  bubblewrap: true,
  namespaces: true,
  container: true,
  landlock: true,
  seatbelt: true,
  none: true,
} as const satisfies Readonly<Record<BackendName, true>>

const levels = { sandbox: true, restricted: true, none: true } as const satisfies Readonly<
  Record<SandboxLevel, true>
>

/** What `--backend` takes. */
export const backendChoices: readonly string[] = Object.keys(backends)

/** What `--level` takes. */
export const levelChoices: readonly string[] = Object.keys(levels)

/** Whether a text names a backend. */
export function isBackend(text: string): text is BackendName {
  return Object.hasOwn(backends, text)
}

/** Whether a text names a level. */
export function isLevel(text: string): text is SandboxLevel {
  return Object.hasOwn(levels, text)
}
