import { randomBytes } from 'node:crypto'
import type { Clock } from '@mb/kernel'
import { isPluginName } from '@mb/manifest'
import { hashToken, makeToken } from '@mb/marketplace-protocol'
import { ServerError } from '../server-error.ts'
import type { Account, AccountStore, TokenRecord } from '../store/store.ts'

/** How long a token is good for, unless something else is said. */
const tokenDays = 90
const maxTokenDays = 365
const dayMs = 24 * 60 * 60 * 1000

/** A new token; the one moment at which it can be seen. */
export interface NewToken {
  readonly id: string
  readonly token: string
  readonly account: string
  readonly expiresAt: string
}

/** Who may publish, and by which tokens. */
export class Accounts {
  readonly #store: AccountStore
  readonly #clock: Clock

  constructor(store: AccountStore, clock: Clock) {
    this.#store = store
    this.#clock = clock
  }

  /**
   * Makes an account with its namespaces, and its first token.
   *
   * @throws ServerError `MB_SERVER_ACCOUNT`, `MB_SERVER_NAMESPACE`
   */
  async add(
    name: string,
    namespaces: readonly string[],
    days: number = tokenDays,
  ): Promise<NewToken> {
    if (!isPluginName(name)) throw badName('MB_SERVER_ACCOUNT', 'account', name)
    const wrong = namespaces.find((each) => !isPluginName(each) || each === 'local')
    if (wrong !== undefined) throw badName('MB_SERVER_NAMESPACE', 'namespace', wrong)
    checkDays(days)
    this.#store.add({ name, namespaces: [...new Set(namespaces)] }, this.#now())
    return this.addToken(name, days)
  }

  /** All accounts, by their names. */
  list(): readonly Account[] {
    return this.#store.list()
  }

  /**
   * Makes another token for an account.
   *
   * @throws ServerError `MB_SERVER_ACCOUNT`
   */
  async addToken(account: string, days: number = tokenDays): Promise<NewToken> {
    checkDays(days)
    const token = makeToken()
    const id = randomBytes(8).toString('hex')
    const now = this.#clock.now()
    const expiresAt = new Date(now + days * dayMs).toISOString()
    const createdAt = new Date(now).toISOString()
    this.#store.addToken({ id, account, createdAt, expiresAt }, hashToken(token))
    return { id, token, account, expiresAt }
  }

  /** All tokens, without their secrets. */
  tokens(): readonly TokenRecord[] {
    return this.#store.tokens()
  }

  /**
   * Ends a token.
   *
   * @throws ServerError `MB_SERVER_TOKEN`
   */
  revoke(id: string): void {
    if (this.#store.revokeToken(id, this.#now())) return
    throw new ServerError('MB_SERVER_TOKEN', `Cannot revoke token "${id}": there is none`, {
      hint: 'token list shows those that there are',
    })
  }

  #now(): string {
    return new Date(this.#clock.now()).toISOString()
  }
}

function checkDays(days: number): void {
  if (Number.isInteger(days) && days >= 1 && days <= maxTokenDays) return
  throw new ServerError(
    'MB_SERVER_USAGE',
    `Cannot make a token for ${days} days: it is a whole number from 1 to ${maxTokenDays}`,
  )
}

function badName(
  code: 'MB_SERVER_ACCOUNT' | 'MB_SERVER_NAMESPACE',
  what: string,
  name: string,
): ServerError {
  const shown = JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name)
  return new ServerError(code, `Cannot use ${what} ${shown}: it is reserved or has another form`, {
    hint: 'Start with a small letter, then use small letters, digits and "-", 64 at most',
  })
}
