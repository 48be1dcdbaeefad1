import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { errorCode } from '@mb/kernel'
import { PluginError } from '../plugin-error.ts'
import { brokenStore, keyValuesTable } from './key-values.ts'

/**
 * Copies all values of a plugin into a new database of their own, which is there also when there are none.
 *
 * @returns how many there are
 * @throws PluginError `MB_STORE_BROKEN`
 */
export function copyKeyValues(path: string, plugin: string, to: string): number {
  return attempt(path, () => {
    const rows = rowsOf(path, plugin)
    mkdirSync(dirname(to), { recursive: true, mode: 0o700 })
    // SQLite would make it readable for all.
    closeSync(openSync(to, 'ax', 0o600))
    using database = new DatabaseSync(to)
    // One file, which can be moved as such.
    database.exec(`PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL; ${keyValuesTable}`)
    replaceRows(database, plugin, rows)
    return rows.length
  })
}

/**
 * Gives a plugin the values of another database in place of those that it has. Doing it again changes nothing.
 *
 * @param from such a copy
 * @throws PluginError `MB_STORE_BROKEN`
 */
export function replaceKeyValues(path: string, plugin: string, from: string): void {
  const rows = attempt(from, () => rowsOf(from, plugin))
  if (rows.length === 0 && !existsSync(path)) return
  attempt(path, () => {
    closeSync(openSync(path, 'a', 0o600))
    using database = new DatabaseSync(path, { timeout: 5000 })
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; ${keyValuesTable}`)
    replaceRows(database, plugin, rows)
  })
}

/** Tells the values of a plugin from what they were: the same text as long as nothing of them changed. */
export function markOfKeyValues(path: string, plugin: string): string {
  return attempt(path, () => {
    const hash = createHash('sha256')
    for (const { key, value } of rowsOf(path, plugin)) hash.update(JSON.stringify([key, value]))
    return hash.digest('hex')
  })
}

interface Row {
  readonly key: string
  readonly size: number
  readonly value: string
}

function rowsOf(path: string, plugin: string): readonly Row[] {
  if (!existsSync(path)) return []
  using database = new DatabaseSync(path, { timeout: 5000 })
  const hasTable = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'kv'").get()
  if (hasTable === undefined) return []
  return database
    .prepare('SELECT key, size, value FROM kv WHERE plugin = ? ORDER BY key')
    .all(plugin)
    .map(({ key, size, value }) => ({
      key: String(key),
      size: Number(size),
      value: String(value),
    }))
}

function replaceRows(database: DatabaseSync, plugin: string, rows: readonly Row[]): void {
  database.exec('BEGIN IMMEDIATE')
  database.prepare('DELETE FROM kv WHERE plugin = ?').run(plugin)
  const insert = database.prepare('INSERT INTO kv (plugin, key, size, value) VALUES (?, ?, ?, ?)')
  for (const { key, size, value } of rows) insert.run(plugin, key, size, value)
  database.exec('COMMIT')
}

function attempt<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw isFull(error) ? fullDisk(path, error) : brokenStore(path, error)
  }
}

// SQLite's primary result codes: https://sqlite.org/rescode.html. An error of input or output is also what a full disk gives
// where the shared memory of the log is made.
const [inputOutput, full] = [10, 13]

function isFull(error: unknown): boolean {
  if (errorCode(error) === 'ENOSPC') return true
  const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) % 256 : 0
  return code === full || code === inputOutput
}

function fullDisk(path: string, cause: unknown): PluginError {
  return new PluginError(
    'MB_HOME_UNUSABLE',
    `Cannot write "${path}": the disk is full or does not answer`,
    {
      hint: 'Free some space, and try again',
      cause,
    },
  )
}
