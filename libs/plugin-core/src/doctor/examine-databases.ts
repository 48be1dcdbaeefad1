import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import type { HomeLayout } from '../store/home-layout.ts'
import { isDamaged } from '../store/state-error.ts'
import type { Finding } from './finding.ts'

/** Whether a database holds what can be read; so does one that is not there. */
export function isSound(file: string): boolean {
  if (!existsSync(file)) return true
  try {
    using database = new DatabaseSync(file, { timeout: 5000 })
    const [first] = database.prepare('PRAGMA quick_check(1)').all()
    return first?.['quick_check'] === 'ok'
  } catch (error) {
    // What may not be written may be sound all the same.
    return !isDamaged(error)
  }
}

/** Looks into the databases beside the state. */
export function databaseFindings({ kv, usage }: HomeLayout): readonly Finding[] {
  return [
    ...(isSound(kv)
      ? []
      : [
          {
            code: 'values-unreadable',
            severity: 'error',
            message: 'The values that plugins keep cannot be read: plugins that need them fail',
            mend: 'Puts the database aside, so that plugins begin anew',
            isMendable: true,
            path: kv,
          } as const,
        ]),
    ...(isSound(usage)
      ? []
      : [
          {
            code: 'usage-unreadable',
            severity: 'warning',
            message: 'The counts of how often plugins ran cannot be read',
            mend: 'Removes them, so that counting begins anew',
            isMendable: true,
            path: usage,
          } as const,
        ]),
  ]
}
