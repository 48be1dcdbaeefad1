import { isMbError } from '@mb/kernel'
import { backendLevels, provableItems, type BackendName } from '../backend.ts'
import type { BackendReport } from '../inspect-backends.ts'
import { openJails } from '../jail/open-jails.ts'
import { levelItems } from '../receipt.ts'
import { findBuilder } from './find-builder.ts'

type Report = Omit<BackendReport, 'chosen'>

/** Whether a backend works here: found by running a program in it with every protection proved. */
export async function inspect(backend: BackendName): Promise<Report> {
  const about = { backend, level: backendLevels[backend] }
  try {
    return { ...about, ...(await (backend === 'seatbelt' ? trySeatbelt() : tryJails(backend))) }
  } catch (error) {
    return { ...about, usable: false, ...explain(error) }
  }
}

type Outcome = Omit<Report, 'backend' | 'level'>

async function tryJails(backend: BackendName): Promise<Outcome> {
  const builder = await findBuilder(backend)
  const { version } = builder
  try {
    await using sandbox = await openJails(builder, {
      policy: {},
      limits: { wallMs: 10_000 },
      minimum: levelItems(builder.level),
    })
    await sandbox.run('true')
    return { usable: true, version }
  } catch (error) {
    return { usable: false, version, ...explain(error) }
  }
}

async function trySeatbelt(): Promise<Outcome> {
  const { openSeatbelt } = await import('./seatbelt/open-seatbelt.ts')
  await using sandbox = await openSeatbelt({ policy: {}, minimum: provableItems('seatbelt') })
  const { receipt } = await sandbox.run('true')
  return { usable: true, version: receipt.backendVersion }
}

function explain(error: unknown): { reason: string; fix?: string } {
  const reason = error instanceof Error ? error.message : String(error)
  return isMbError(error) && error.hint !== undefined ? { reason, fix: error.hint } : { reason }
}
