import { closeSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { PluginError } from '../plugin-error.ts'
import { encodeRecord, encodeVersion, pluginColumns, versionColumns } from './decode-record.ts'
import { writeHistory, type HistoryEntry } from './history.ts'
import type { HomeLayout } from './home-layout.ts'
import type { PluginRecord } from './plugin-record.ts'
import { stateIn, type State } from './state.ts'
import { isBusy, stateError } from './state-error.ts'
import { bringToForm } from './state-form.ts'

const patienceMs = 30_000

/**
 * The right to change what is installed: one holder at a time on the machine, by SQLite's own write lock, which the
 * system lets go of when the holder dies. Nothing is changed unless {@link StateChange.commit} returns.
 */
export class StateChange implements Disposable {
  readonly #database: DatabaseSync
  readonly #layout: HomeLayout

  private constructor(database: DatabaseSync, layout: HomeLayout) {
    this.#database = database
    this.#layout = layout
  }

  /**
   * Waits until nobody else changes anything, at most 30 seconds. The home must exist.
   *
   * @throws PluginError `MB_HOME_BUSY`, `MB_STATE_BROKEN`, `MB_HOME_UNUSABLE`
   */
  static async begin(
    layout: HomeLayout,
    {
      signal,
      waitMs = patienceMs,
    }: { readonly signal?: AbortSignal | undefined; waitMs?: number } = {},
  ): Promise<StateChange> {
    const end = performance.now() + waitMs
    for (;;) {
      signal?.throwIfAborted()
      const change = StateChange.#try(layout)
      if (change !== undefined) return change
      if (performance.now() >= end) {
        throw new PluginError(
          'MB_HOME_BUSY',
          `Cannot change the plugins in "${layout.home}": another process does so since ${waitMs} ms`,
          { hint: 'Try again when it is done' },
        )
      }
      await sleep(5 + Math.random() * 20, undefined, { signal })
    }
  }

  static #try(layout: HomeLayout): StateChange | undefined {
    let database: DatabaseSync | undefined
    try {
      // SQLite would make it readable for all.
      closeSync(openSync(layout.state, 'a', 0o600))
      // No waiting in there: it would stop this process, and with it whoever holds the lock in it.
      database = new DatabaseSync(layout.state, { timeout: 0 })
      database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; BEGIN IMMEDIATE')
      return new StateChange(database, layout)
    } catch (error) {
      database?.close()
      if (isBusy(error)) return undefined
      throw stateError(layout, error)
    }
  }

  /** What is installed, with what was put and removed here. */
  read(): State {
    return this.#do(() => stateIn(this.#database))
  }

  put(record: PluginRecord): void {
    this.remove(record.id)
    this.#do(() => {
      insert(this.#database, 'plugins', pluginColumns, encodeRecord(record))
      for (const version of record.versions)
        insert(this.#database, 'versions', versionColumns, encodeVersion(record.id, version))
    })
  }

  remove(id: string): void {
    this.#do(() => {
      bringToForm(this.#database)
      this.#database.prepare('DELETE FROM plugins WHERE id = ?').run(id)
      this.#database.prepare('DELETE FROM versions WHERE plugin = ?').run(id)
    })
  }

  /** Remembers what is done here. */
  note(entry: HistoryEntry): void {
    this.#do(() => {
      bringToForm(this.#database)
      writeHistory(this.#database, entry)
    })
  }

  /** Counts this change, under a name; the state that {@link StateChange.commit} will make real. */
  advance(change: string): State {
    return this.#do(() => {
      bringToForm(this.#database)
      this.#database
        .prepare(
          // Without its row, what was committed would be taken for what was not, and be undone.
          `INSERT INTO facts VALUES (1, 1, ?) ON CONFLICT (one) DO UPDATE SET
             generation = max(generation, 0) + 1, last_change = excluded.last_change`,
        )
        .run(change)
      return stateIn(this.#database)
    })
  }

  /** Makes it real, also after a power cut, and lets others go on. */
  commit(): void {
    this.#do(() => this.#database.exec('COMMIT'))
  }

  [Symbol.dispose](): void {
    // Closing rolls back what was not committed.
    this.#database.close()
  }

  #do<T>(work: () => T): T {
    try {
      return work()
    } catch (error) {
      throw stateError(this.#layout, error)
    }
  }
}

function insert(
  database: DatabaseSync,
  table: string,
  columns: readonly string[],
  values: readonly (string | number | null)[],
): void {
  const places = columns.map(() => '?').join(', ')
  database.prepare(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${places})`).run(...values)
}
