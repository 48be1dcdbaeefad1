import { backendNames, type BackendName } from './backend.ts'
import type { SandboxLevel } from './receipt.ts'

/** Whether one way to build a sandbox works on this machine. */
export interface BackendReport {
  readonly backend: BackendName
  readonly level: SandboxLevel
  readonly usable: boolean
  /** Whether sandboxes here are built by it, where none is named: it is the first that is usable. */
  readonly chosen: boolean
  /** Of bubblewrap, or of the kernel. */
  readonly version?: string
  /** Why it is not usable. */
  readonly reason?: string
  /** What to do about it. */
  readonly fix?: string
}

/** What this machine offers, in the order of preference. Tries each, which takes some tens of milliseconds. */
export async function inspectBackends(): Promise<readonly BackendReport[]> {
  const { inspect } = await import('./backends/inspect.ts')
  const reports = await Promise.all(backendNames.map(async (backend) => inspect(backend)))
  const first = reports.find(({ usable }) => usable)
  return reports.map((report) => ({ ...report, chosen: report === first }))
}
