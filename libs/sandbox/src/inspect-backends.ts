import { backendNames, provableItems, type BackendName } from './backend.ts'
import { sandboxMinimum, type ReceiptItem, type SandboxLevel } from './receipt.ts'

/** Whether one way to build a sandbox works on this machine. */
export interface BackendReport {
  readonly backend: BackendName
  readonly level: SandboxLevel
  readonly usable: boolean
  /** Whether sandboxes here are built by it, where none is named: it is the first that is usable and of which enough can be proved. */
  readonly chosen: boolean
  /** Of bubblewrap, of an engine of containers, or of the kernel. */
  readonly version?: string
  /** Why it is not usable. */
  readonly reason?: string
  /** What to do about it. */
  readonly fix?: string
}

/** What {@link inspectBackends} judges by. */
export interface InspectOptions {
  /** The protections that have to be proved, for what is chosen. @default sandboxMinimum */
  readonly minimum?: readonly ReceiptItem[] | undefined
  /** The backends that are tried. @default all but `none` */
  readonly backends?: readonly BackendName[] | undefined
  /** Whether those that come after the chosen one are left out, and not tried. @default false */
  readonly isFirstEnough?: boolean | undefined
}

/**
 * What this machine offers, in the order of preference. Tries each, which takes some tens of milliseconds, or about a second
 * where there is an engine of containers.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { inspectBackends, levelItems } from '@mb/sandbox'
 *
 * const reports = await inspectBackends({
 *   minimum: levelItems('restricted'),
 *   backends: ['bubblewrap', 'namespaces', 'landlock'],
 * })
 * for (const { backend, usable, reason } of reports) assert.ok(usable || reason, backend)
 * ```
 */
export async function inspectBackends(
  options: InspectOptions = {},
): Promise<readonly BackendReport[]> {
  const { inspect } = await import('./backends/inspect.ts')
  const { minimum = sandboxMinimum, backends = backendNames, isFirstEnough = false } = options
  const ladder = backendNames.filter((each) => each !== 'none' && backends.includes(each))
  const isEnough = ({ usable, backend }: Pick<BackendReport, 'usable' | 'backend'>): boolean =>
    usable && minimum.every((item) => provableItems(backend).includes(item))
  if (isFirstEnough) return inspectUntil(ladder, isEnough)
  const reports = await Promise.all(ladder.map(async (backend) => inspect(backend)))
  const first = reports.find(isEnough)
  return reports.map((report) => ({ ...report, chosen: report === first }))
}

async function inspectUntil(
  ladder: readonly BackendName[],
  isEnough: (report: Omit<BackendReport, 'chosen'>) => boolean,
): Promise<readonly BackendReport[]> {
  const { inspect } = await import('./backends/inspect.ts')
  const reports: BackendReport[] = []
  for (const backend of ladder) {
    // oxlint-disable-next-line no-await-in-loop -- the next one is for where this one is not enough
    const report = await inspect(backend)
    reports.push({ ...report, chosen: isEnough(report) })
    if (isEnough(report)) break
  }
  return reports
}
