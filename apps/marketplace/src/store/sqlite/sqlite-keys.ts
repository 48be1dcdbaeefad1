import type { EnrolledKey } from '@mb/marketplace-protocol'
import type { KeyStore } from '../store.ts'
import type { Connection } from './connection.ts'
import { textIn } from './rows.ts'

/** Keys in SQLite. */
export class SqliteKeys implements KeyStore {
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
  }

  of(namespace: string): readonly EnrolledKey[] {
    const sql =
      'SELECT * FROM keys WHERE namespace = ? AND removed_at IS NULL ORDER BY enrolled_at, key_id'
    return this.#connection.all(sql, namespace).map((row) => ({
      keyId: textIn(row, 'key_id'),
      publicKey: textIn(row, 'public_key'),
      enrolledAt: textIn(row, 'enrolled_at'),
    }))
  }

  hasNamespace(namespace: string): boolean {
    return this.#connection.one('SELECT 1 FROM namespaces WHERE name = ?', namespace) !== undefined
  }

  add(namespace: string, { keyId, publicKey, enrolledAt }: EnrolledKey): boolean {
    const sql = `INSERT INTO keys (namespace, key_id, public_key, enrolled_at) VALUES (?, ?, ?, ?)
      ON CONFLICT (namespace, key_id) DO UPDATE SET removed_at = NULL, enrolled_at = excluded.enrolled_at
      WHERE removed_at IS NOT NULL`
    return this.#connection.run(sql, namespace, keyId, publicKey, enrolledAt) > 0
  }

  remove(namespace: string, keyId: string, at: string): boolean {
    const sql =
      'UPDATE keys SET removed_at = ? WHERE namespace = ? AND key_id = ? AND removed_at IS NULL'
    return this.#connection.run(sql, at, namespace, keyId) > 0
  }
}
