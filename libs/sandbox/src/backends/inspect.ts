import { isMbError } from '@mb/kernel'
import { backendLevels, type BackendName } from '../backend.ts'
import type { BackendReport } from '../inspect-backends.ts'
import { openJails } from '../jail/open-jails.ts'
import { levelItems } from '../receipt.ts'
import { findBuilder } from './find-builder.ts'

/** Whether a backend works here: found by running a program in it with every protection proved. */
export async function inspect(backend: BackendName): Promise<Omit<BackendReport, 'chosen'>> {
  const about = { backend, level: backendLevels[backend] }
  try {
    const builder = await findBuilder(backend)
    const { version } = builder
    try {
      await using sandbox = await openJails(builder, {
        policy: {},
        limits: { wallMs: 10_000 },
        minimum: levelItems(builder.level),
      })
      await sandbox.run('true')
      return { ...about, usable: true, version }
    } catch (error) {
      return { ...about, usable: false, version, ...explain(error) }
    }
  } catch (error) {
    return { ...about, usable: false, ...explain(error) }
  }
}

function explain(error: unknown): { reason: string; fix?: string } {
  const reason = error instanceof Error ? error.message : String(error)
  return isMbError(error) && error.hint !== undefined ? { reason, fix: error.hint } : { reason }
}
