import { once } from 'node:events'
import { systemClock, type LogData, type Logger } from '@mb/kernel'
import { Accounts } from './accounts/accounts.ts'
import { checkDataFolder, dataFolder, makeDataFolder, type DataFolder } from './data-folder.ts'
import { startMarketplace } from './server.ts'
import { ServerError } from './server-error.ts'
import { databaseError } from './store/sqlite/database-error.ts'
import { openSqliteStore } from './store/sqlite/sqlite-store.ts'

/** What may be said beside a command's words. */
export interface CommandOptions {
  readonly data: string
  readonly host: string
  readonly port: number
  readonly name?: string
  readonly namespaces: readonly string[]
  readonly days: number
  /** Where people reach it, when that is not where it listens. */
  readonly url?: string
  /** Whether each request is told on standard error. */
  readonly isLogging: boolean
  readonly isJson: boolean
}

type Command = (
  words: readonly string[],
  options: CommandOptions,
  print: (text: string) => void,
) => Promise<void>

/** The commands by their words. */
export const commands: Readonly<Record<string, Command>> = {
  start: async (words, options, print) => {
    nothingMore(words)
    const { data, host, port, name, url, isLogging } = options
    const stopped = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
    const marketplace = await startMarketplace({
      data,
      host,
      port,
      logger: isLogging ? accessLogger : errorLogger,
      ...(name === undefined ? {} : { name }),
      ...(url === undefined ? {} : { url }),
    })
    print(
      options.isJson ? JSON.stringify({ url: marketplace.url }) : `listening on ${marketplace.url}`,
    )
    await stopped
    await marketplace.close()
  },
  init: async (words, options, print) => {
    nothingMore(words)
    const { root } = await initialize(options)
    print(options.isJson ? JSON.stringify({ data: root }) : `made ${root}`)
  },
  'user add': async (words, options, print) => {
    // The first account may come before the first start.
    await initialize(options)
    await withAccounts(options, async (accounts) => {
      const name = required(words, 'the name of the account')
      const namespaces = options.namespaces.length === 0 ? [name] : options.namespaces
      const made = await accounts.add(name, namespaces, options.days)
      if (options.isJson) return print(JSON.stringify({ ...made, namespaces }))
      print(`account ${name} may publish in ${namespaces.join(', ')}`)
      print(`token until ${made.expiresAt}, shown this once:`)
      print(made.token)
    })
  },
  'user list': (words, options, print) =>
    withAccounts(options, async (accounts) => {
      nothingMore(words)
      const list = accounts.list()
      if (options.isJson) return print(JSON.stringify({ accounts: list }))
      for (const { name, namespaces } of list) print(`${name}  ${namespaces.join(', ')}`)
    }),
  'token create': (words, options, print) =>
    withAccounts(options, async (accounts) => {
      const made = await accounts.addToken(required(words, 'the name of the account'), options.days)
      if (options.isJson) return print(JSON.stringify(made))
      print(`token until ${made.expiresAt}, shown this once:`)
      print(made.token)
    }),
  'token list': (words, options, print) =>
    withAccounts(options, async (accounts) => {
      nothingMore(words)
      const tokens = accounts.tokens()
      if (options.isJson) return print(JSON.stringify({ tokens }))
      for (const { id, account, expiresAt, isRevoked } of tokens)
        print(`${id}  ${account}  ${isRevoked ? 'revoked' : `until ${expiresAt}`}`)
    }),
  'token revoke': (words, options, print) =>
    withAccounts(options, async (accounts) => {
      const id = required(words, 'the id of the token')
      accounts.revoke(id)
      print(options.isJson ? JSON.stringify({ id, isRevoked: true }) : `revoked ${id}`)
    }),
}

/** Makes a data folder, or leaves the one that there is. */
async function initialize({ data }: CommandOptions): Promise<DataFolder> {
  const folder = dataFolder(data)
  await makeDataFolder(folder)
  openSqliteStore(folder.database)[Symbol.dispose]()
  return folder
}

/** Opens the accounts of a data folder, also while a server serves it. */
async function withAccounts(
  { data }: CommandOptions,
  work: (accounts: Accounts) => Promise<void>,
): Promise<void> {
  const folder = dataFolder(data)
  checkDataFolder(folder)
  using store = openSqliteStore(folder.database)
  try {
    await work(new Accounts(store.accounts, systemClock))
  } catch (cause) {
    throw databaseError(cause, folder.database) ?? cause
  }
}

function required(words: readonly string[], what: string): string {
  const [word, ...more] = words
  if (word !== undefined && more.length === 0) return word
  throw new ServerError('MB_SERVER_USAGE', `Cannot go on without ${what}, and that alone`, {
    hint: 'See what there is: mb-marketplace --help',
  })
}

function nothingMore(words: readonly string[]): void {
  const [word] = words
  if (word === undefined) return
  throw new ServerError('MB_SERVER_USAGE', `Cannot go on: "${word.slice(0, 80)}" is too much`, {
    hint: 'See what there is: mb-marketplace --help',
  })
}

/** Warnings and errors on standard error, a line of JSON each. */
const errorLogger: Logger = {
  debug: () => {},
  info: () => {},
  warn: (message, data) => write('warn', message, data),
  error: (message, data) => write('error', message, data),
}

/** Each request too. */
const accessLogger: Logger = {
  ...errorLogger,
  info: (message, data) => write('info', message, data),
}

function write(level: string, message: string, data: LogData | undefined): void {
  process.stderr.write(
    `${JSON.stringify({ time: new Date().toISOString(), level, message, ...data })}\n`,
  )
}
