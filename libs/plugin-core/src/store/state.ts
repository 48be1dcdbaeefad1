import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { PluginError } from '../plugin-error.ts'
import { decodeRecord } from './decode-record.ts'
import type { HomeLayout } from './home-layout.ts'
import type { PluginRecord } from './plugin-record.ts'
import { isCannotOpen, stateError } from './state-error.ts'

/** What is installed, at one moment. */
export interface State {
  /** Grows by one with each change. */
  readonly generation: number
  /** Name of the change that made it; empty before the first. */
  readonly lastChange: string
  /** In order of their ids. */
  readonly plugins: readonly PluginRecord[]
}

/** The form of the database; a later one is refused, never guessed at. */
export const stateVersion = 1

const nothing: State = { generation: 0, lastChange: '', plugins: [] }

/**
 * Reads what is installed. A home without state has nothing installed, and stays as it is.
 *
 * @throws PluginError `MB_STATE_BROKEN`
 */
export function readState(layout: HomeLayout): State {
  if (!existsSync(layout.state)) return nothing
  try {
    return readFrom(new DatabaseSync(layout.state, { timeout: 5000 }))
  } catch (error) {
    if (!isCannotOpen(error)) throw stateError(layout, error)
  }
  try {
    // On a read-only file system the shared memory of the log cannot be made; nobody can be writing there either.
    const url = `${pathToFileURL(layout.state).href}?immutable=1`
    return readFrom(new DatabaseSync(new URL(url), { readOnly: true }))
  } catch (error) {
    throw stateError(layout, error)
  }
}

function readFrom(database: DatabaseSync): State {
  try {
    return stateIn(database)
  } finally {
    database.close()
  }
}

/** The state in an open database; nothing, when its tables were not made yet. */
export function stateIn(database: DatabaseSync): State {
  const version = database.prepare('PRAGMA user_version').get()?.['user_version']
  if (version === 0) return nothing
  if (version !== stateVersion) {
    throw new PluginError(
      'MB_STATE_BROKEN',
      `Cannot read the installed plugins: their database has form ${String(version)}, this version reads ${stateVersion}`,
      { hint: 'Update MilkBottle, or name another home: set MB_HOME' },
    )
  }
  const facts = database.prepare('SELECT generation, last_change FROM facts').get()
  return {
    generation: Number(facts?.['generation'] ?? 0),
    lastChange: String(facts?.['last_change'] ?? ''),
    plugins: database.prepare('SELECT * FROM plugins ORDER BY id').all().map(decodeRecord),
  }
}
