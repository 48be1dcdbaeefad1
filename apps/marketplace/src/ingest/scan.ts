import type { Reason } from '@mb/marketplace-protocol'
import type { ScanReport } from '@mb/scanner'
import { reasonsFrom } from './reason.ts'

/** Judges the code of a package's folder. */
export type Scan = (
  directory: string,
  options: { readonly signal: AbortSignal },
) => Promise<ScanReport>

/** The scanner in a jail; it is loaded when the first package comes. */
export const scanWithScanner: Scan = async (directory, { signal }) => {
  const { scanInJail } = await import('@mb/scanner')
  return scanInJail(directory, { signal })
}

/** Whether a report lets a package through: only what says so does. */
export function isClean(
  report: ScanReport,
): report is ScanReport & { readonly verdict: 'pass' | 'warn' } {
  return (report.verdict === 'pass' || report.verdict === 'warn') && report.errors.length === 0
}

/** What the scan found, for the author; why it could not be done comes first. */
export function scanReasons({ verdict, findings, errors }: ScanReport): Reason[] {
  const reasons = reasonsFrom([
    ...errors.map((error) => ({ code: 'scan-failed', ...error })),
    ...findings.map(({ id, ...finding }) => ({ code: id, ...finding })),
  ])
  if (reasons.length > 0 || verdict === 'pass' || verdict === 'warn') return reasons
  return [{ code: 'scan-failed', message: 'The package could not be scanned', help: 'Try later' }]
}
