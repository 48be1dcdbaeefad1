import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { systemClock, type Clock } from '@mb/kernel'
import { homeLayout } from '../store/home-layout.ts'
import { examineHome } from './examine-home.ts'
import type { Finding } from './finding.ts'
import { mendHome } from './mend-home.ts'

/** What a doctor is asked to do. */
export interface DoctorOptions {
  readonly home: string
  /** Mends what can be mended. @default false */
  readonly fix?: boolean
  /** Words that no plugin's command may have: the program's own. */
  readonly reservedWords?: Iterable<string>
  readonly clock?: Clock
  readonly signal?: AbortSignal | undefined
}

/** What a doctor found, and whether it is mended. */
export interface DoctorReport {
  readonly findings: readonly (Finding & { readonly isMended: boolean })[]
  /** Whether nothing is wrong any more. */
  readonly isHealthy: boolean
}

/**
 * Looks at a home, which may be one that no host can be opened on, and mends it when told to.
 *
 * @throws PluginError `MB_HOME_UNUSABLE`, `MB_HOME_BUSY`
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { doctor } from '@mb/plugin-core'
 *
 * assert.deepEqual(await doctor({ home: '/tmp/nobody-was-here' }), { findings: [], isHealthy: true })
 * ```
 */
export async function doctor(options: DoctorOptions): Promise<DoctorReport> {
  const { fix = false, reservedWords = [], clock = systemClock, signal } = options
  const layout = homeLayout(resolve(options.home))
  const found = await examineHome(layout)
  if (!fix || !existsSync(layout.home) || !found.some(({ isMendable }) => isMendable))
    return report(found, found)
  const context = { layout, clock, signal, reservedWords: new Set(reservedWords) }
  await mendHome(found, { ...context, reached: () => {} })
  return report(found, await examineHome(layout))
}

/** What was not there before shows only once something else is mended. */
function report(before: readonly Finding[], after: readonly Finding[]): DoctorReport {
  const left = new Set(after.map(nameOf))
  const known = new Set(before.map(nameOf))
  return {
    findings: [
      ...before.map((finding) => ({ ...finding, isMended: !left.has(nameOf(finding)) })),
      ...after
        .filter((finding) => !known.has(nameOf(finding)))
        .map((finding) => ({ ...finding, isMended: false })),
    ],
    isHealthy: after.length === 0,
  }
}

function nameOf({ code, path, plugin, version }: Finding): string {
  return JSON.stringify([code, path, plugin, version])
}
