import { skeleton } from '../../accounts/skeleton.ts'
import { ServerError } from '../../server-error.ts'
import type { Account, AccountStore, TokenRecord } from '../store.ts'
import type { Connection } from './connection.ts'
import { textIn, tokenIn } from './rows.ts'

/** Accounts in SQLite. */
export class SqliteAccounts implements AccountStore {
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
  }

  add({ name, namespaces }: Account, at: string): void {
    this.#connection.whole(() => {
      if (this.#has(name))
        throw new ServerError('MB_SERVER_ACCOUNT', `Cannot add "${name}": there is such an account`)
      this.#connection.run('INSERT INTO accounts (name, created_at) VALUES (?, ?)', name, at)
      for (const namespace of namespaces) this.#addNamespace(namespace, name)
    })
  }

  list(): readonly Account[] {
    return this.#connection
      .all('SELECT name FROM accounts ORDER BY name')
      .map((row) => this.#account(textIn(row, 'name')))
  }

  addToken(token: Omit<TokenRecord, 'isRevoked'>, hash: string): void {
    const { id, account, createdAt, expiresAt } = token
    if (!this.#has(account)) {
      throw new ServerError(
        'MB_SERVER_ACCOUNT',
        `Cannot make a token: there is no account "${account}"`,
        { hint: 'Make it first: user add' },
      )
    }
    const sql =
      'INSERT INTO tokens (id, account, hash, created_at, expires_at) VALUES (?, ?, ?, ?, ?)'
    this.#connection.run(sql, id, account, hash, createdAt, expiresAt)
  }

  tokens(): readonly TokenRecord[] {
    return this.#connection.all('SELECT * FROM tokens ORDER BY created_at, id').map(tokenIn)
  }

  revokeToken(id: string, at: string): boolean {
    const sql = 'UPDATE tokens SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL'
    return this.#connection.run(sql, at, id) > 0
  }

  findToken(hash: string): { token: TokenRecord; account: Account } | undefined {
    const row = this.#connection.one('SELECT * FROM tokens WHERE hash = ?', hash)
    if (row === undefined) return undefined
    const token = tokenIn(row)
    return { token, account: this.#account(token.account) }
  }

  #has(account: string): boolean {
    return this.#connection.one('SELECT 1 FROM accounts WHERE name = ?', account) !== undefined
  }

  #account(name: string): Account {
    const sql = 'SELECT name FROM namespaces WHERE account = ? ORDER BY name'
    const rows = this.#connection.all(sql, name)
    return { name, namespaces: rows.map((row) => textIn(row, 'name')) }
  }

  #addNamespace(namespace: string, account: string): void {
    const bones = skeleton(namespace)
    const like = this.#connection.one('SELECT name FROM namespaces WHERE skeleton = ?', bones)
    if (like !== undefined) {
      throw new ServerError(
        'MB_SERVER_NAMESPACE',
        `Cannot give namespace "${namespace}": "${textIn(like, 'name')}" is taken, and looks the same`,
        { hint: 'Choose another one' },
      )
    }
    const sql = 'INSERT INTO namespaces (name, skeleton, account) VALUES (?, ?, ?)'
    this.#connection.run(sql, namespace, bones, account)
  }
}
