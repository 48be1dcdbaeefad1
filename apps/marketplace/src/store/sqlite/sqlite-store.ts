import { closeSync, openSync } from 'node:fs'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { isOlder } from '@mb/manifest'
import type {
  PluginDetail,
  PluginSummary,
  SearchResult,
  VersionDetail,
  VersionSummary,
} from '@mb/marketplace-protocol'
import { skeleton } from '../../accounts/skeleton.ts'
import { matchExpression } from '../../search/match-expression.ts'
import { ServerError } from '../../server-error.ts'
import type {
  Account,
  EnrolledKey,
  GoLiveResult,
  LiveVersion,
  PublishRecord,
  Store,
  TokenRecord,
} from '../store.ts'
import { migrate } from './migrations.ts'
import { aboutIn, detailIn, publishIn, reasonsText, textIn, tokenIn, type Row } from './rows.ts'

/**
 * Opens the database of a marketplace, and makes it where there is none. Several processes may have it open.
 *
 * @throws ServerError `MB_SERVER_BROKEN`, `MB_SERVER_DATA`
 */
export function openSqliteStore(file: string): Store {
  let database: DatabaseSync | undefined
  try {
    // SQLite would make it readable for all.
    closeSync(openSync(file, 'a', 0o600))
    database = new DatabaseSync(file, { timeout: 5000 })
    database.exec(
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF',
    )
    migrate(database)
    return new SqliteStore(database)
  } catch (cause) {
    database?.close()
    if (cause instanceof ServerError) throw cause
    throw new ServerError('MB_SERVER_BROKEN', `Cannot open the database "${file}"`, {
      cause,
      hint: 'Put it back from a backup, or start with another folder',
    })
  }
}

class SqliteStore implements Store {
  readonly #database: DatabaseSync

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  addAccount({ name, namespaces }: Account, at: string): void {
    this.#whole(() => {
      if (this.#one('SELECT name FROM accounts WHERE name = ?', name) !== undefined)
        throw new ServerError('MB_SERVER_ACCOUNT', `Cannot add "${name}": there is such an account`)
      this.#run('INSERT INTO accounts VALUES (?, ?)', name, at)
      for (const namespace of namespaces) this.#addNamespace(namespace, name)
    })
  }

  #addNamespace(namespace: string, account: string): void {
    const like = this.#one('SELECT name FROM namespaces WHERE skeleton = ?', skeleton(namespace))
    if (like !== undefined) {
      throw new ServerError(
        'MB_SERVER_NAMESPACE',
        `Cannot give namespace "${namespace}": "${textIn(like, 'name')}" is taken, and looks the same`,
        { hint: 'Choose another one' },
      )
    }
    this.#run('INSERT INTO namespaces VALUES (?, ?, ?)', namespace, skeleton(namespace), account)
  }

  accounts(): readonly Account[] {
    return this.#all('SELECT name FROM accounts ORDER BY name').map((row) =>
      this.#account(textIn(row, 'name')),
    )
  }

  #account(name: string): Account {
    const rows = this.#all('SELECT name FROM namespaces WHERE account = ? ORDER BY name', name)
    return { name, namespaces: rows.map((row) => textIn(row, 'name')) }
  }

  addToken(token: Omit<TokenRecord, 'isRevoked'>, hash: string): void {
    const { id, account, createdAt, expiresAt } = token
    if (this.#one('SELECT name FROM accounts WHERE name = ?', account) === undefined) {
      throw new ServerError(
        'MB_SERVER_ACCOUNT',
        `Cannot make a token: there is no account "${account}"`,
        { hint: 'Make it first: user add' },
      )
    }
    const sql =
      'INSERT INTO tokens (id, account, hash, created_at, expires_at) VALUES (?, ?, ?, ?, ?)'
    this.#run(sql, id, account, hash, createdAt, expiresAt)
  }

  tokens(): readonly TokenRecord[] {
    return this.#all('SELECT * FROM tokens ORDER BY created_at').map(tokenIn)
  }

  revokeToken(id: string, at: string): boolean {
    const sql = 'UPDATE tokens SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL'
    return this.#run(sql, at, id) > 0
  }

  findToken(hash: string): { token: TokenRecord; account: Account } | undefined {
    const row = this.#one('SELECT * FROM tokens WHERE hash = ?', hash)
    if (row === undefined) return undefined
    const token = tokenIn(row)
    return { token, account: this.#account(token.account) }
  }

  keys(namespace: string): readonly EnrolledKey[] {
    return this.#all(
      'SELECT * FROM keys WHERE namespace = ? AND removed_at IS NULL ORDER BY enrolled_at, key_id',
      namespace,
    ).map((row) => ({
      keyId: textIn(row, 'key_id'),
      publicKey: textIn(row, 'public_key'),
      enrolledAt: textIn(row, 'enrolled_at'),
    }))
  }

  addKey(namespace: string, { keyId, publicKey, enrolledAt }: EnrolledKey): boolean {
    const sql = `INSERT INTO keys (namespace, key_id, public_key, enrolled_at) VALUES (?, ?, ?, ?)
      ON CONFLICT (namespace, key_id) DO UPDATE SET removed_at = NULL, enrolled_at = excluded.enrolled_at
      WHERE removed_at IS NOT NULL`
    return this.#run(sql, namespace, keyId, publicKey, enrolledAt) > 0
  }

  removeKey(namespace: string, keyId: string, at: string): boolean {
    const sql =
      'UPDATE keys SET removed_at = ? WHERE namespace = ? AND key_id = ? AND removed_at IS NULL'
    return this.#run(sql, at, namespace, keyId) > 0
  }

  addPublish(publish: PublishRecord): void {
    const { id, account, namespace, sha256, bytes, state, receivedAt } = publish
    const sql = `INSERT INTO publishes (id, account, namespace, sha256, bytes, state, reasons, warnings, received_at)
      VALUES (?, ?, ?, ?, ?, ?, '[]', '[]', ?)`
    this.#run(sql, id, account, namespace, sha256, bytes, state, receivedAt)
  }

  findPublishOf(namespace: string, sha256: string): PublishRecord | undefined {
    const sql = `SELECT * FROM publishes WHERE namespace = ? AND sha256 = ? AND state <> 'rejected'
      ORDER BY received_at DESC LIMIT 1`
    return this.#publish(this.#one(sql, namespace, sha256))
  }

  publish(id: string): PublishRecord | undefined {
    return this.#publish(this.#one('SELECT * FROM publishes WHERE id = ?', id))
  }

  #publish(row: Row | undefined): PublishRecord | undefined {
    return row === undefined ? undefined : publishIn(row)
  }

  unfinishedPublishes(): readonly PublishRecord[] {
    const sql = `SELECT * FROM publishes WHERE state NOT IN ('live', 'rejected') ORDER BY received_at`
    return this.#all(sql).map(publishIn)
  }

  advancePublish(id: string, change: Parameters<Store['advancePublish']>[1]): void {
    const { state, plugin, version, reasons, warnings, finishedAt } = change
    const sql = `UPDATE publishes SET state = ?, plugin = coalesce(?, plugin), version = coalesce(?, version),
      reasons = coalesce(?, reasons), warnings = coalesce(?, warnings), finished_at = ? WHERE id = ?`
    this.#run(
      sql,
      state,
      plugin ?? null,
      version ?? null,
      reasonsText(reasons),
      reasonsText(warnings),
      finishedAt ?? null,
      id,
    )
  }

  goLive(id: string, { detail, about }: LiveVersion): GoLiveResult {
    return this.#whole(() => {
      const { id: plugin, version, publishedAt, archive } = detail
      const sql = 'SELECT version FROM versions WHERE plugin = ? AND version = ?'
      if (this.#one(sql, plugin, version) !== undefined) return 'version-exists'
      this.#putPlugin(detail, about)
      this.#run(
        'INSERT INTO versions VALUES (?, ?, ?, ?, ?)',
        plugin,
        version,
        publishedAt,
        archive.sha256,
        JSON.stringify(detail),
      )
      this.#run(
        `UPDATE publishes SET state = 'live', plugin = ?, version = ?, finished_at = ? WHERE id = ?`,
        plugin,
        version,
        publishedAt,
        id,
      )
      return 'live'
    })
  }

  /** What a plugin says of itself is what its newest version says. */
  #putPlugin({ id, version, publishedAt }: VersionDetail, about: LiveVersion['about']): void {
    const [namespace = '', name = ''] = id.split('/')
    const before = this.#one('SELECT number, latest FROM plugins WHERE id = ?', id)
    if (before !== undefined && isOlder(version, textIn(before, 'latest'))) return
    const sql = `INSERT INTO plugins (id, namespace, name, latest, updated_at, about) VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET latest = excluded.latest, updated_at = excluded.updated_at, about = excluded.about`
    this.#run(sql, id, namespace, name, version, publishedAt, JSON.stringify(about))
    const number = Number(this.#one('SELECT number FROM plugins WHERE id = ?', id)?.['number'])
    this.#run('DELETE FROM words WHERE rowid = ?', number)
    this.#run(
      'INSERT INTO words (rowid, name, keywords, description, author, readme) VALUES (?, ?, ?, ?, ?, ?)',
      number,
      `${namespace} ${name.replaceAll('-', ' ')} ${name}`,
      about.keywords.join(' '),
      about.description,
      about.author,
      about.readme ?? '',
    )
  }

  search(query: string, page: { limit: number; offset: number }): SearchResult {
    const text = query.trim()
    if (text === '') return this.#newest(query, page)
    const expression = matchExpression(text)
    if (expression === undefined) return { query, total: 0, hits: [] }
    const count = this.#one('SELECT count(*) AS total FROM words WHERE words MATCH ?', expression)
    // The name says most, the text of a README least.
    const sql = `SELECT plugins.id FROM words JOIN plugins ON plugins.number = words.rowid WHERE words MATCH ?
      ORDER BY plugins.name = ? DESC, bm25(words, 10, 5, 3, 1, 0.5), plugins.id LIMIT ? OFFSET ?`
    const rows = this.#all(sql, expression, text.toLowerCase(), page.limit, page.offset)
    return { query, total: Number(count?.['total'] ?? 0), hits: this.#summaries(rows) }
  }

  #newest(query: string, { limit, offset }: { limit: number; offset: number }): SearchResult {
    const count = this.#one('SELECT count(*) AS total FROM plugins')
    const sql = 'SELECT id FROM plugins ORDER BY updated_at DESC, id LIMIT ? OFFSET ?'
    const rows = this.#all(sql, limit, offset)
    return { query, total: Number(count?.['total'] ?? 0), hits: this.#summaries(rows) }
  }

  #summaries(rows: readonly Row[]): PluginSummary[] {
    return rows.flatMap((row) => this.#summary(textIn(row, 'id')) ?? [])
  }

  #summary(id: string): PluginSummary | undefined {
    const sql = `SELECT plugins.*, versions.detail FROM plugins
      JOIN versions ON versions.plugin = plugins.id AND versions.version = plugins.latest WHERE plugins.id = ?`
    const row = this.#one(sql, id)
    if (row === undefined) return undefined
    const { description, author, keywords } = aboutIn(row)
    const { permissions, keyId } = detailIn(row)
    const grave = ['critical', 'high', 'medium', 'low'] as const
    const highestRisk = grave.find((risk) => permissions.some((each) => each.risk === risk))
    return {
      id,
      namespace: textIn(row, 'namespace'),
      name: textIn(row, 'name'),
      version: textIn(row, 'latest'),
      description,
      author,
      keywords: [...keywords],
      updatedAt: textIn(row, 'updated_at'),
      permissions: permissions.map(({ words, risk }) => ({ words, risk })),
      ...(highestRisk === undefined ? {} : { highestRisk }),
      signedBy: keyId,
    }
  }

  plugin(id: string): PluginDetail | undefined {
    const summary = this.#summary(id)
    const row = this.#one('SELECT about FROM plugins WHERE id = ?', id)
    if (summary === undefined || row === undefined) return undefined
    const { license, homepage, repository, readme } = aboutIn(row)
    return {
      ...summary,
      ...(license === undefined ? {} : { license }),
      ...(homepage === undefined ? {} : { homepage }),
      ...(repository === undefined ? {} : { repository }),
      ...(readme === undefined ? {} : { readme }),
      versions: [...(this.versions(id) ?? [])],
      keys: [...this.keys(summary.namespace)],
    }
  }

  versions(id: string): readonly VersionSummary[] | undefined {
    const rows = this.#all('SELECT detail FROM versions WHERE plugin = ?', id)
    if (rows.length === 0) return undefined
    return rows
      .map((row) => {
        const { version, publishedAt, archive, digest, keyId } = detailIn(row)
        return { version, publishedAt, bytes: archive.bytes, digest, keyId }
      })
      .toSorted(
        (a, b) => Number(isOlder(a.version, b.version)) - Number(isOlder(b.version, a.version)),
      )
  }

  version(id: string, version: string): VersionDetail | undefined {
    const sql = 'SELECT detail FROM versions WHERE plugin = ? AND version = ?'
    const row = this.#one(sql, id, version)
    return row === undefined ? undefined : detailIn(row)
  }

  checkWritable(): void {
    this.#whole(() => this.#run('UPDATE accounts SET name = name WHERE 0'))
  }

  [Symbol.dispose](): void {
    this.#database.close()
  }

  #whole<T>(work: () => T): T {
    this.#database.exec('BEGIN IMMEDIATE')
    try {
      const result = work()
      this.#database.exec('COMMIT')
      return result
    } catch (error) {
      this.#database.exec('ROLLBACK')
      throw error
    }
  }

  #one(sql: string, ...values: readonly SQLInputValue[]): Row | undefined {
    return this.#database.prepare(sql).get(...values)
  }

  #all(sql: string, ...values: readonly SQLInputValue[]): Row[] {
    return this.#database.prepare(sql).all(...values)
  }

  #run(sql: string, ...values: readonly SQLInputValue[]): number {
    return Number(this.#database.prepare(sql).run(...values).changes)
  }
}
