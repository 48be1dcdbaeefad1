import { once } from 'node:events'
import { Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import { getConnInfo } from '@hono/node-server/conninfo'
import type { Hono } from 'hono'
import { silentLogger, systemClock, type Clock, type Logger } from '@mb/kernel'
import { routes } from '@mb/marketplace-protocol'
import { Accounts } from './accounts/accounts.ts'
import { answerInTurn } from './answer-in-turn.ts'
import { marketplaceApp } from './app.ts'
import { FileBlobs } from './blobs/file-blobs.ts'
import { dataFolder, lockDataFolder, makeDataFolder } from './data-folder.ts'
import { Intake, type IntakeLimits } from './ingest/intake.ts'
import { judgeTimeoutMs } from './ingest/judge.ts'
import { Publisher, type PublishStep } from './ingest/publisher.ts'
import { Queue } from './ingest/queue.ts'
import { scanWithScanner, type Scan } from './ingest/scan.ts'
import { originsOf } from './origins.ts'
import { RateLimiter, type RateLimit } from './rate-limit.ts'
import { ServerError } from './server-error.ts'
import { openSqliteStore } from './store/sqlite/sqlite-store.ts'
import { readVersion } from './version.ts'

/** How much a marketplace takes. */
export interface MarketplaceLimits {
  /** @default 100 MiB */
  readonly maxPackageBytes?: number
  /** Changes by one account. @default 60 at once, then 30 a minute */
  readonly writes?: RateLimit
  /** Wrong tokens from one address. @default 20 at once, then 10 a minute */
  readonly guesses?: RateLimit
  readonly intake?: Partial<IntakeLimits>
}

/** How a marketplace is started. */
export interface MarketplaceOptions {
  /** Folder that everything lies in; made when it is not there. */
  readonly data: string
  /** @default '127.0.0.1' */
  readonly host?: string
  /** 0 takes any that is free. @default 4873 */
  readonly port?: number
  /** Where people reach it, when that is not where it listens: behind a proxy, as `https://plugins.example`. */
  readonly url?: string
  /** What people call it. @default 'MilkBottle marketplace' */
  readonly name?: string
  /** Judges the code of what is published. @default the scanner, in a jail */
  readonly scan?: Scan
  readonly limits?: MarketplaceLimits
  readonly logger?: Logger
  readonly clock?: Clock
  /** Told of each point of a publish. */
  readonly reached?: (step: PublishStep) => void
}

/** A marketplace that listens. */
export interface Marketplace extends AsyncDisposable {
  readonly url: string
  readonly accounts: Accounts
  /** Answers what was asked before, takes nothing more, and ends. */
  close(): Promise<void>
}

/** How long the end waits for answers. */
const patienceMs = 5000
/** How long a connection may be silent. */
const idleMs = 30_000

/**
 * Starts a marketplace on a folder: what it holds is served, and what a server before it did not finish is taken up.
 *
 * @throws ServerError `MB_SERVER_DATA`, `MB_SERVER_BUSY`, `MB_SERVER_BROKEN`, `MB_SERVER_LISTEN`
 */
export async function startMarketplace(options: MarketplaceOptions): Promise<Marketplace> {
  const { clock = systemClock, logger = silentLogger, limits = {} } = options
  const scan = options.scan ?? scanWithScanner
  const folder = dataFolder(options.data)
  await makeDataFolder(folder)
  await using opened = new AsyncDisposableStack()
  opened.use(lockDataFolder(folder))
  const store = opened.use(openSqliteStore(folder.database))
  const blobs = new FileBlobs(folder.blobs)
  const queue = new Queue()
  const publisher = opened.use(
    new Publisher({ store, blobs, folder, queue, scan, clock, logger, reached: options.reached }),
  )
  const ending = new AbortController()
  opened.defer(() => ending.abort())
  let origins: readonly string[] = []
  const app = marketplaceApp({
    name: options.name ?? 'MilkBottle marketplace',
    version: readVersion(),
    origins: () => origins,
    store,
    blobs,
    publisher,
    intake: new Intake(queue, limits.intake),
    queue,
    scan,
    staging: folder.staging,
    maxPackageBytes: limits.maxPackageBytes ?? 100 * 1024 * 1024,
    writes: new RateLimiter(limits.writes ?? { burst: 60, perMinute: 30 }, clock),
    guesses: new RateLimiter(limits.guesses ?? { burst: 20, perMinute: 10 }, clock),
    addressOf: (context) => getConnInfo(context).remote.address ?? '',
    clock,
    logger,
    signal: ending.signal,
  })
  await publisher.recover()
  const server = openServer(app.fetch)
  const url = await listen(server, {
    host: options.host ?? '127.0.0.1',
    port: options.port ?? 4873,
  })
  origins = options.url === undefined ? originsOf(url) : [new URL(options.url).origin]
  opened.defer(() => stop(server))
  const held = opened.move()
  const close = async (): Promise<void> => held.disposeAsync()
  return { url, accounts: new Accounts(store.accounts, clock), close, [Symbol.asyncDispose]: close }
}

function openServer(fetch: Hono['fetch']): Server {
  const server = createAdaptorServer({
    fetch: answerInTurn(fetch),
    overrideGlobalObjects: false,
    serverOptions: {
      headersTimeout: 10_000,
      requestTimeout: 600_000,
      connectionsCheckingInterval: 5000,
      maxHeaderSize: 16 * 1024,
    },
  })
  if (!(server instanceof Server)) throw new TypeError('Cannot serve anything but HTTP/1.1')
  // A connection on which nothing moves: an upload that drips, a reader that went to sleep.
  server.setTimeout(idleMs)
  // Nothing moves either while a package is judged, and the answer waits for it.
  server.on('request', ({ url, socket }) => {
    if (url?.startsWith(routes.validate.path)) socket.setTimeout(judgeTimeoutMs + idleMs)
  })
  server.maxConnections = 2000
  // What waits for its turn on a connection is in memory too.
  server.maxRequestsPerSocket = 100
  return server
}

async function listen(
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<string> {
  server.listen(port, host)
  try {
    await once(server, 'listening')
  } catch (cause) {
    throw new ServerError('MB_SERVER_LISTEN', `Cannot listen on ${host}, port ${port}`, {
      cause,
      hint: 'Choose another one with --port or --host, or 0 for any port that is free',
    })
  }
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('No port')
  const shown = address.family === 'IPv6' ? `[${address.address}]` : address.address
  return `http://${shown}:${address.port}`
}

async function stop(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeIdleConnections()
  const late = setTimeout(() => server.closeAllConnections(), patienceMs)
  await closed
  clearTimeout(late)
}
