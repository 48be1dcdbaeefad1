import type { Scan } from '@mb/plugin-core'
import type { Context } from '../../context.ts'
import { probeCache } from '../sandbox/probe-cache.ts'

/** The scanner in a jail of its own, loaded when it is first asked. */
export function jailedScan(context: Context): Scan {
  // As it is before the installation makes a home, of which nothing stays when it is refused.
  const cacheDirectory = probeCache(context)
  return async ({ directory, signal }) => {
    const { scanInJail } = await import('@mb/scanner')
    const report = await scanInJail(directory, { signal, cacheDirectory })
    // What could not be looked at is what the person has to know when the code is refused for that.
    const faults = report.errors.map((fault) => ({
      id: 'fault',
      severity: 'high' as const,
      ...fault,
    }))
    return { verdict: report.verdict, findings: [...faults, ...report.findings] }
  }
}
