import type { Scan } from '@mb/plugin-core'
import type { Context } from '../../context.ts'
import { probeCache } from '../sandbox/probe-cache.ts'

/** The scanner in a jail of its own, loaded when it is first asked. */
export function jailedScan(context: Context): Scan {
  return async ({ directory, signal }) => {
    const { scanInJail } = await import('@mb/scanner')
    return scanInJail(directory, { signal, cacheDirectory: probeCache(context) })
  }
}
