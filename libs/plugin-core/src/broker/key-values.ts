import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { checkStoreKey, isMbError, KernelError, type Store } from '@mb/kernel'
import { PluginError } from '../plugin-error.ts'

/** How much one plugin may keep. */
export interface KeyValueLimits {
  /** Of one value, as JSON. */
  readonly maxValueBytes: number
  readonly maxKeys: number
  /** Of all keys and values. */
  readonly maxBytes: number
}

/** The limits of each plugin. */
const keyValueLimits: KeyValueLimits = {
  maxValueBytes: 1024 * 1024,
  maxKeys: 10_000,
  maxBytes: 50 * 1024 * 1024,
}

/** The table of values. */
export const keyValuesTable = `CREATE TABLE IF NOT EXISTS kv (
  plugin TEXT NOT NULL, key TEXT NOT NULL, size INTEGER NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY (plugin, key)
) STRICT, WITHOUT ROWID;`

/**
 * The values of one plugin, in a database of all plugins. Two processes may have it open at once. The file is made by
 * the first value that is set.
 *
 * Each method throws PluginError `MB_STORE_BROKEN` when the database cannot be used.
 */
export class KeyValues implements Store {
  readonly #path: string
  readonly #plugin: string
  readonly #limits: KeyValueLimits
  #database: DatabaseSync | undefined

  /** @param plugin its id; what another plugin set does not exist here */
  constructor(path: string, plugin: string, limits: KeyValueLimits = keyValueLimits) {
    this.#path = path
    this.#plugin = plugin
    this.#limits = limits
  }

  async get(key: string): Promise<unknown> {
    checkKey(key)
    const text = this.#attempt(
      () =>
        this.#read()
          ?.prepare('SELECT value FROM kv WHERE plugin = ? AND key = ?')
          .get(this.#plugin, key)?.['value'],
    )
    return typeof text === 'string' ? JSON.parse(text) : undefined
  }

  /** @throws PluginError `MB_STORE_LIMIT`; KernelError `MB_STORE_KEY` */
  async set(key: string, value: unknown): Promise<void> {
    checkKey(key)
    const text = JSON.stringify(value ?? null)
    const valueBytes = Buffer.byteLength(text)
    if (valueBytes > this.#limits.maxValueBytes)
      throw full(
        key,
        `a value has at most ${this.#limits.maxValueBytes} bytes, this has ${valueBytes}`,
      )
    const size = valueBytes + Buffer.byteLength(key)
    this.#change((database) => {
      this.#checkRoom(database, key, size)
      database
        .prepare('INSERT OR REPLACE INTO kv (plugin, key, size, value) VALUES (?, ?, ?, ?)')
        .run(this.#plugin, key, size, text)
    })
  }

  async delete(key: string): Promise<boolean> {
    checkKey(key)
    if (this.#attempt(() => this.#read()) === undefined) return false
    return this.#change(
      (database) =>
        database.prepare('DELETE FROM kv WHERE plugin = ? AND key = ?').run(this.#plugin, key)
          .changes > 0,
    )
  }

  async list(prefix = ''): Promise<readonly string[]> {
    const rows = this.#attempt(
      () => this.#read()?.prepare('SELECT key FROM kv WHERE plugin = ?').all(this.#plugin) ?? [],
    )
    // SQLite would order by bytes of UTF-8, and its LIKE knows wildcards.
    return rows
      .map((row) => String(row['key']))
      .filter((key) => key.startsWith(prefix))
      .toSorted()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#database?.close()
    this.#database = undefined
  }

  #checkRoom(database: DatabaseSync, key: string, size: number): void {
    const used = database
      .prepare(
        'SELECT count(*) AS keys, total(size) AS bytes FROM kv WHERE plugin = ? AND key <> ?',
      )
      .get(this.#plugin, key)
    if (Number(used?.['keys']) >= this.#limits.maxKeys)
      throw full(key, `a plugin has at most ${this.#limits.maxKeys} keys`)
    if (Number(used?.['bytes']) + size > this.#limits.maxBytes)
      throw full(key, `a plugin keeps at most ${this.#limits.maxBytes} bytes`)
  }

  #read(): DatabaseSync | undefined {
    if (this.#database === undefined && !existsSync(this.#path)) return undefined
    return this.#open()
  }

  #open(): DatabaseSync {
    if (this.#database !== undefined) return this.#database
    mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 })
    // SQLite would make it readable for all.
    closeSync(openSync(this.#path, 'a', 0o600))
    const database = new DatabaseSync(this.#path, { timeout: 5000 })
    try {
      database.exec(`
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        ${keyValuesTable}
      `)
    } catch (error) {
      database.close()
      throw error
    }
    this.#database = database
    return database
  }

  #change<T>(work: (database: DatabaseSync) => T): T {
    return this.#attempt(() => {
      const database = this.#open()
      database.exec('BEGIN IMMEDIATE')
      try {
        const result = work(database)
        database.exec('COMMIT')
        return result
      } catch (error) {
        database.exec('ROLLBACK')
        throw error
      }
    })
  }

  #attempt<T>(work: () => T): T {
    try {
      return work()
    } catch (error) {
      if (isMbError(error)) throw error
      throw brokenStore(this.#path, error)
    }
  }
}

/** Forgets all that a plugin kept. */
export async function purgeKeyValues(path: string, plugin: string): Promise<void> {
  if (!existsSync(path)) return
  try {
    const database = new DatabaseSync(path, { timeout: 5000 })
    try {
      // Whoever made it may have been killed before it had one.
      database.exec(keyValuesTable)
      database.prepare('DELETE FROM kv WHERE plugin = ?').run(plugin)
    } finally {
      database.close()
    }
  } catch (error) {
    throw brokenStore(path, error)
  }
}

function checkKey(key: string): void {
  checkStoreKey(key)
  // Halves of a surrogate pair all become the same bytes in the database.
  if (!key.isWellFormed())
    throw new KernelError(
      'MB_STORE_KEY',
      `Cannot use key ${JSON.stringify(key)}: it is no whole text`,
    )
}

function full(key: string, reason: string): PluginError {
  return new PluginError(
    'MB_STORE_LIMIT',
    `Cannot set key ${JSON.stringify(key.slice(0, 64))}: ${reason}`,
    {
      hint: 'Delete keys, or keep larger things as files',
    },
  )
}

/** What is wrong with a database of values. */
export function brokenStore(path: string, cause: unknown): PluginError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new PluginError('MB_STORE_BROKEN', `Cannot use "${path}": ${reason}`, {
    hint: 'Move it away to begin with no values',
    cause,
  })
}
