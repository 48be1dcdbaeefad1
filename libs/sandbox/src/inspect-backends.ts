import type { SandboxLevel } from './receipt.ts'

/** Whether one way to build a sandbox works on this machine. */
export interface BackendReport {
  readonly backend: 'bubblewrap'
  readonly level: SandboxLevel
  readonly usable: boolean
  readonly version?: string
  /** Why it is not usable. */
  readonly reason?: string
  /** What to do about it. */
  readonly fix?: string
}

/** What this machine offers, the strongest first. Tries each, which takes some milliseconds. */
export async function inspectBackends(): Promise<readonly BackendReport[]> {
  const { inspectBubblewrap } = await import('./backends/bubblewrap/inspect.ts')
  return [await inspectBubblewrap()]
}
