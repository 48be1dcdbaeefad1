import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

/** What a marketplace that lies says instead of the truth. */
export interface Lies {
  /** Changes what it tells of a version. */
  readonly version?: (detail: Record<string, unknown>) => Record<string, unknown>
  /** What it sends in place of the package; what it tells of size and digest is made to fit, unless `isClumsy`. */
  readonly archive?: Buffer
  readonly isClumsy?: boolean
}

/** A marketplace between a person and a real one, which it repeats but for its lies. */
export interface LyingMarketplace extends AsyncDisposable {
  readonly url: string
  /** Tells these lies from now on. */
  lie(lies: Lies): void
}

/** Starts it in front of the marketplace at `truth`. */
export async function startLyingMarketplace(truth: string): Promise<LyingMarketplace> {
  let lies: Lies = {}
  const server = createServer((request, response) => {
    answer(truth, lies, request, response).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : new Error(String(error)))
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('Cannot listen on loopback')
  return {
    url: `http://127.0.0.1:${address.port}`,
    lie: (next) => {
      lies = next
    },
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function answer(
  truth: string,
  lies: Lies,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const address = new URL(request.url ?? '/', truth)
  const path = address.pathname
  const real = await fetch(address, { redirect: 'manual' })
  const body = Buffer.from(await real.arrayBuffer())
  if (real.ok && lies.archive !== undefined && path.endsWith('/download')) {
    response.writeHead(200, {
      'content-type': 'application/octet-stream',
      'content-length': lies.archive.length,
    })
    response.end(lies.archive)
    return
  }
  if (real.ok && /\/versions\/[^/]+$/.test(path)) {
    const detail: unknown = JSON.parse(body.toString())
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(changed(detail, lies)))
    return
  }
  response.writeHead(real.status, {
    'content-type': real.headers.get('content-type') ?? 'application/octet-stream',
  })
  response.end(body)
}

function changed(detail: unknown, { version, archive, isClumsy }: Lies): unknown {
  if (typeof detail !== 'object' || detail === null) return detail
  const told: Record<string, unknown> = { ...detail }
  if (archive !== undefined && isClumsy !== true) {
    const sha256 = createHash('sha256').update(archive).digest('hex')
    told['archive'] = { form: 'tar.gz', bytes: archive.length, sha256 }
  }
  return version === undefined ? told : version(told)
}
