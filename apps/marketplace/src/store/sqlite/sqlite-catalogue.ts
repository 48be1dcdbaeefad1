import { closestTo, isOlder } from '@mb/manifest'
import type {
  PluginDetail,
  PluginSummary,
  SearchResult,
  VersionDetail,
  VersionSummary,
} from '@mb/marketplace-protocol'
import { matchExpression } from '../../search/match-expression.ts'
import { isNewerLatest } from '../is-newer-latest.ts'
import type { Artefact, Catalogue, KeyStore, LiveVersion, Page } from '../store.ts'
import { summaryOf } from '../summary.ts'
import type { Connection } from './connection.ts'
import { aboutIn, artefactIn, countIn, detailIn, summaryIn, textIn, versionIn } from './rows.ts'
import { byDefault, targetOf, withArtefacts } from './version-artefacts.ts'

/** What is served, in SQLite. */
export class SqliteCatalogue implements Catalogue {
  readonly #connection: Connection
  readonly #keys: KeyStore

  constructor(connection: Connection, keys: KeyStore) {
    this.#connection = connection
    this.#keys = keys
  }

  goLive(publishId: string, live: LiveVersion): boolean {
    const { id, version, publishedAt, archive, digest, keyId, needs } = live.detail
    return this.#connection.whole(() => {
      const target = targetOf(needs?.platforms ?? [])
      if (this.#has(id, version, target)) return false
      this.#putPlugin(live)
      this.#connection.run(
        `INSERT INTO versions
          (plugin, version, target, published_at, bytes, sha256, digest, key_id, needs, likeness, detail)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        id,
        version,
        target,
        publishedAt,
        archive.bytes,
        archive.sha256,
        digest,
        keyId,
        needs === undefined ? null : JSON.stringify(needs),
        live.likeness ?? null,
        JSON.stringify(live.detail),
      )
      const sql = `UPDATE publishes SET state = 'live', plugin = ?, version = ?, finished_at = ? WHERE id = ?`
      this.#connection.run(sql, id, version, publishedAt, publishId)
      return true
    })
  }

  /** What a plugin says of itself is what its latest version says. */
  #putPlugin(live: LiveVersion): void {
    const { id, version } = live.detail
    const before = this.#connection.one('SELECT latest FROM plugins WHERE id = ?', id)
    if (before !== undefined && !isNewerLatest(version, textIn(before, 'latest'))) return
    const summary = summaryOf(live)
    const { namespace, name, updatedAt } = summary
    const { number } =
      this.#connection.one(
        `INSERT INTO plugins (id, namespace, name, latest, updated_at, summary, about) VALUES (?, ?, ?, ?, ?, ?, ?)
          ON CONFLICT (id) DO UPDATE SET latest = excluded.latest, updated_at = excluded.updated_at,
          summary = excluded.summary, about = excluded.about RETURNING number`,
        id,
        namespace,
        name,
        version,
        updatedAt,
        JSON.stringify(summary),
        JSON.stringify(live.about),
      ) ?? {}
    this.#putWords(Number(number), live, summary)
  }

  #putWords(number: number, { about }: LiveVersion, { namespace, name }: PluginSummary): void {
    this.#connection.run('DELETE FROM words WHERE rowid = ?', number)
    this.#connection.run(
      'INSERT INTO words (rowid, name, keywords, description, author, readme) VALUES (?, ?, ?, ?, ?, ?)',
      number,
      `${namespace} ${name}`,
      about.keywords.join(' '),
      about.description,
      about.author,
      about.readme ?? '',
    )
  }

  search(query: string, page: Page): SearchResult {
    const text = query.trim()
    if (text === '') return this.#newest(query, page)
    const expression = matchExpression(text)
    if (expression === undefined) return { query, total: 0, hits: [] }
    const count = this.#connection.one(
      'SELECT count(*) AS n FROM words WHERE words MATCH ?',
      expression,
    )
    // Who types a name means it. Otherwise the name says most, the text of a README least.
    const sql = `SELECT plugins.summary FROM words JOIN plugins ON plugins.number = words.rowid WHERE words MATCH ?
      ORDER BY ? IN (plugins.name, plugins.id) DESC, bm25(words, 10, 5, 3, 1, 0.5), plugins.id LIMIT ? OFFSET ?`
    const rows = this.#connection.all(sql, expression, text.toLowerCase(), page.limit, page.offset)
    return { query, total: countIn(count), hits: rows.map(summaryIn) }
  }

  #newest(query: string, { limit, offset }: Page): SearchResult {
    const count = this.#connection.one('SELECT count(*) AS n FROM plugins')
    const sql = 'SELECT summary FROM plugins ORDER BY updated_at DESC, id LIMIT ? OFFSET ?'
    const hits = this.#connection.all(sql, limit, offset).map(summaryIn)
    return { query, total: countIn(count), hits }
  }

  plugin(id: string): PluginDetail | undefined {
    const row = this.#connection.one('SELECT summary, about, latest FROM plugins WHERE id = ?', id)
    const latest = row === undefined ? undefined : this.version(id, textIn(row, 'latest'))
    if (row === undefined || latest === undefined) return undefined
    const summary = summaryIn(row)
    const { license, homepage, repository, readme } = aboutIn(row)
    return {
      ...summary,
      permissions: latest.permissions.map(({ words, risk }) => ({ words, risk })),
      ...(license === undefined ? {} : { license }),
      ...(homepage === undefined ? {} : { homepage }),
      ...(repository === undefined ? {} : { repository }),
      ...(readme === undefined ? {} : { readme }),
      versions: this.versions(id) ?? [],
      keys: this.#keys.of(summary.namespace),
    }
  }

  versions(id: string): readonly VersionSummary[] | undefined {
    const sql = `SELECT version, published_at, bytes, digest, key_id, needs FROM versions WHERE plugin = ?
      ORDER BY rowid`
    const rows = this.#connection.all(sql, id).map(versionIn)
    return rows.length === 0 ? undefined : withArtefacts(rows).toSorted(byAge)
  }

  version(id: string, version: string, platform?: string): VersionDetail | undefined {
    const targets = this.artefacts(id, version)
    const chosen = platform === undefined ? byDefault(targets) : closestTo(targets, platform)
    if (chosen === undefined) return undefined
    const sql = 'SELECT detail FROM versions WHERE plugin = ? AND version = ? AND target = ?'
    const row = this.#connection.one(sql, id, version, targetOf(chosen.platforms))
    return row === undefined ? undefined : detailIn(row)
  }

  artefacts(id: string, version: string): readonly Artefact[] {
    const sql = `SELECT target, sha256, likeness FROM versions WHERE plugin = ? AND version = ? ORDER BY rowid`
    return this.#connection.all(sql, id, version).map(artefactIn)
  }

  #has(id: string, version: string, target: string): boolean {
    return this.artefacts(id, version).some(({ platforms }) => targetOf(platforms) === target)
  }

  hasArchive(sha256: string): boolean {
    const sql = 'SELECT 1 FROM versions WHERE sha256 = ? LIMIT 1'
    return this.#connection.one(sql, sha256) !== undefined
  }
}

function byAge(a: VersionSummary, b: VersionSummary): number {
  return Number(isOlder(a.version, b.version)) - Number(isOlder(b.version, a.version))
}
