import { closeSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { errorCode } from '@mb/kernel'
import { ServerError } from '../../server-error.ts'
import type { Store } from '../store.ts'
import { Connection } from './connection.ts'
import { databaseError } from './database-error.ts'
import { migrate } from './migrations.ts'
import { SqliteAccounts } from './sqlite-accounts.ts'
import { SqliteCatalogue } from './sqlite-catalogue.ts'
import { SqliteKeys } from './sqlite-keys.ts'
import { SqlitePublishes } from './sqlite-publishes.ts'

// An answer that was given survives a power cut; what a stranger's file says of the schema is not believed.
const settings = `PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
  PRAGMA trusted_schema = OFF`

/**
 * Opens the database of a marketplace, and makes it where there is none. Several processes may have it open.
 *
 * @throws ServerError `MB_SERVER_BROKEN`, `MB_SERVER_DATA`
 */
export function openSqliteStore(file: string): Store {
  const database = openDatabase(file)
  try {
    database.exec(settings)
    migrate(database)
  } catch (cause) {
    database.close()
    if (cause instanceof ServerError) throw cause
    throw databaseError(cause, file) ?? cause
  }
  const connection = new Connection(database)
  const keys = new SqliteKeys(connection)
  return {
    accounts: new SqliteAccounts(connection),
    keys,
    publishes: new SqlitePublishes(connection),
    catalogue: new SqliteCatalogue(connection, keys),
    checkWritable: () => connection.whole(() => connection.run('UPDATE probe SET at = at + 1')),
    [Symbol.dispose]: () => connection[Symbol.dispose](),
  }
}

function openDatabase(file: string): DatabaseSync {
  try {
    // SQLite would make it readable for all.
    closeSync(openSync(file, 'a', 0o600))
    return new DatabaseSync(file, { timeout: 5000 })
  } catch (cause) {
    throw new ServerError(
      'MB_SERVER_DATA',
      `Cannot open the database "${file}": ${errorCode(cause) ?? 'it is not to be opened'}`,
      { cause, hint: 'Name a folder that you may write to with --data' },
    )
  }
}
