import type { DatabaseSync } from 'node:sqlite'
import { PluginError } from '../plugin-error.ts'

/** The form of the database; a later one is refused, never guessed at. */
export const stateForm = 2

/** The form of a database that nothing was written into yet. */
export const emptyForm = 0

// The first form had one version of each plugin, in the row of the plugin.
const firstForm = 1

/**
 * Reads the form of an open database.
 *
 * @throws PluginError `MB_STATE_BROKEN` for one that this version cannot read
 */
export function formOf(database: DatabaseSync): number {
  const form = Number(database.prepare('PRAGMA user_version').get()?.['user_version'])
  if ([emptyForm, firstForm, stateForm].includes(form)) return form
  throw new PluginError(
    'MB_STATE_BROKEN',
    `Cannot read the installed plugins: their database has form ${form}, this version reads ${stateForm}`,
    { hint: 'Update MilkBottle, or name another home: set MB_HOME' },
  )
}

/** Brings an open database into the present form, as part of the transaction that it is in. */
export function bringToForm(database: DatabaseSync): void {
  const form = formOf(database)
  if (form === stateForm) return
  if (form === firstForm) database.exec('ALTER TABLE plugins RENAME TO plugins_before')
  database.exec(tables)
  if (form === firstForm) database.exec(fromFirstForm)
  database.exec(`PRAGMA user_version = ${stateForm}`)
}

/** What the rows of a database are read from: its tables, or the same columns of an earlier form. */
export function selectionOf(form: number): { readonly plugins: string; readonly versions: string } {
  if (form === firstForm)
    return { plugins: firstPlugins('plugins'), versions: firstVersions('plugins') }
  return { plugins: 'SELECT * FROM plugins', versions: 'SELECT * FROM versions' }
}

const tables = `
  CREATE TABLE IF NOT EXISTS facts (
    one INTEGER PRIMARY KEY CHECK (one = 1), generation INTEGER NOT NULL, last_change TEXT NOT NULL
  ) STRICT;
  INSERT OR IGNORE INTO facts VALUES (1, 0, '');
  CREATE TABLE plugins (
    id TEXT PRIMARY KEY, version TEXT NOT NULL, enabled INTEGER NOT NULL, words TEXT NOT NULL,
    wanted_by TEXT NOT NULL, link TEXT, updates TEXT, held TEXT
  ) STRICT;
  CREATE TABLE versions (
    plugin TEXT NOT NULL, version TEXT NOT NULL, digest TEXT NOT NULL, key_id TEXT, installed_at TEXT NOT NULL,
    source TEXT NOT NULL, manifest TEXT NOT NULL, PRIMARY KEY (plugin, version)
  ) STRICT;
  CREATE TABLE history (
    number INTEGER PRIMARY KEY, at TEXT NOT NULL, change TEXT NOT NULL, id TEXT NOT NULL, action TEXT NOT NULL,
    "from" TEXT, "to" TEXT, reason TEXT
  ) STRICT;
  CREATE INDEX history_of ON history (id, number);
`

const firstPlugins = (table: string): string => `
  SELECT id, manifest ->> 'version' AS version, enabled, words, 'person' AS wanted_by,
    NULL AS link, NULL AS updates, NULL AS held FROM ${table}`

const firstVersions = (table: string): string => `
  SELECT id AS plugin, manifest ->> 'version' AS version, digest, key_id, installed_at, source, manifest FROM ${table}`

const fromFirstForm = `
  INSERT INTO plugins ${firstPlugins('plugins_before')};
  INSERT INTO versions ${firstVersions('plugins_before')};
  INSERT INTO history (at, change, id, action, "to")
    SELECT installed_at, '', id, 'install', manifest ->> 'version' FROM plugins_before ORDER BY installed_at, id;
  DROP TABLE plugins_before;
`
