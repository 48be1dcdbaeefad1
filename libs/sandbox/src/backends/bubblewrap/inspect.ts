import { isMbError } from '@mb/kernel'
import type { BackendReport } from '../../inspect-backends.ts'
import { findEngine } from './engine.ts'
import { openBubblewrap } from './open-bubblewrap.ts'

/** Whether bubblewrap works here: found by running a program in it with every protection proved. */
export async function inspectBubblewrap(): Promise<BackendReport> {
  const about = { backend: 'bubblewrap', level: 'sandbox' } as const
  try {
    const { version } = await findEngine()
    try {
      await using sandbox = await openBubblewrap({ policy: {}, limits: { wallMs: 10_000 } })
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
