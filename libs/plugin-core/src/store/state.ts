import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { decodeRecord, type Row } from './decode-record.ts'
import type { HomeLayout } from './home-layout.ts'
import type { PluginRecord } from './plugin-record.ts'
import { isCannotOpen, stateError } from './state-error.ts'
import { emptyForm, formOf, selectionOf } from './state-form.ts'

/** What is installed, at one moment. */
export interface State {
  /** Grows by one with each change. */
  readonly generation: number
  /** Name of the change that made it; empty before the first. */
  readonly lastChange: string
  /** In order of their ids. */
  readonly plugins: readonly PluginRecord[]
}

const nothing: State = { generation: 0, lastChange: '', plugins: [] }

/**
 * Reads what is installed. A home without state has nothing installed, and stays as it is.
 *
 * @throws PluginError `MB_STATE_BROKEN`
 */
export function readState(layout: HomeLayout): State {
  return readDatabase(layout, stateIn) ?? nothing
}

/**
 * Reads from the database of a home, and leaves it as it is.
 *
 * @returns undefined where there is none
 * @throws PluginError `MB_STATE_BROKEN`
 */
export function readDatabase<T>(
  layout: HomeLayout,
  read: (database: DatabaseSync) => T,
): T | undefined {
  if (!existsSync(layout.state)) return undefined
  try {
    return readFrom(new DatabaseSync(layout.state, { timeout: 5000 }), read)
  } catch (error) {
    if (!isCannotOpen(error)) throw stateError(layout, error)
  }
  try {
    // On a read-only file system the shared memory of the log cannot be made; nobody can be writing there either.
    const url = `${pathToFileURL(layout.state).href}?immutable=1`
    return readFrom(new DatabaseSync(new URL(url), { readOnly: true }), read)
  } catch (error) {
    throw stateError(layout, error)
  }
}

function readFrom<T>(database: DatabaseSync, read: (database: DatabaseSync) => T): T {
  try {
    return read(database)
  } finally {
    database.close()
  }
}

/** The state in an open database; nothing, when its tables were not made yet. */
export function stateIn(database: DatabaseSync): State {
  const form = formOf(database)
  if (form === emptyForm) return nothing
  const selection = selectionOf(form)
  // One transaction: what is read is of one moment, whoever changes it meanwhile.
  return atOneMoment(database, () => {
    const facts = database.prepare('SELECT generation, last_change FROM facts').get()
    const versions = Map.groupBy<string, Row>(
      database.prepare(selection.versions).all(),
      ({ plugin }) => String(plugin),
    )
    return {
      generation: Number(facts?.['generation'] ?? 0),
      lastChange: String(facts?.['last_change'] ?? ''),
      plugins: database
        .prepare(`${selection.plugins} ORDER BY id`)
        .all()
        .map((row) => decodeRecord(row, versions.get(String(row['id'])) ?? [])),
    }
  })
}

function atOneMoment<T>(database: DatabaseSync, read: () => T): T {
  if (database.isTransaction) return read()
  database.exec('BEGIN')
  try {
    return read()
  } finally {
    database.exec('ROLLBACK')
  }
}
