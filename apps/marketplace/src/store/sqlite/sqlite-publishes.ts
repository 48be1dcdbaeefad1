import type { Reason } from '@mb/marketplace-protocol'
import type { PublishChange, PublishRecord, PublishStore } from '../store.ts'
import type { Connection } from './connection.ts'
import { publishIn } from './rows.ts'

/** Publishes in SQLite. */
export class SqlitePublishes implements PublishStore {
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
  }

  add({ id, account, namespace, sha256, bytes, state, receivedAt }: PublishRecord): void {
    const sql = `INSERT INTO publishes (id, account, namespace, sha256, bytes, state, reasons, warnings, received_at)
      VALUES (?, ?, ?, ?, ?, ?, '[]', '[]', ?)`
    this.#connection.run(sql, id, account, namespace, sha256, bytes, state, receivedAt)
  }

  get(id: string): PublishRecord | undefined {
    const row = this.#connection.one('SELECT * FROM publishes WHERE id = ?', id)
    return row === undefined ? undefined : publishIn(row)
  }

  findSame(namespace: string, sha256: string): PublishRecord | undefined {
    const sql = `SELECT * FROM publishes WHERE namespace = ? AND sha256 = ? AND state <> 'rejected'
      ORDER BY received_at DESC LIMIT 1`
    const row = this.#connection.one(sql, namespace, sha256)
    return row === undefined ? undefined : publishIn(row)
  }

  unfinished(): readonly PublishRecord[] {
    const sql = `SELECT * FROM publishes WHERE state IN ('received', 'validated', 'scanned') ORDER BY received_at, id`
    return this.#connection.all(sql).map(publishIn)
  }

  advance(id: string, change: PublishChange): void {
    const { state, plugin, version, reasons, warnings, finishedAt } = change
    const sql = `UPDATE publishes SET state = ?, plugin = coalesce(?, plugin), version = coalesce(?, version),
      reasons = coalesce(?, reasons), warnings = coalesce(?, warnings), finished_at = ? WHERE id = ?`
    this.#connection.run(
      sql,
      state,
      plugin ?? null,
      version ?? null,
      columnOf(reasons),
      columnOf(warnings),
      finishedAt ?? null,
      id,
    )
  }
}

/** Reasons as a column; null leaves what is there. */
function columnOf(reasons: readonly Reason[] | undefined): string | null {
  return reasons === undefined ? null : JSON.stringify(reasons)
}
