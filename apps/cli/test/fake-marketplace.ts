import { createServer, type RequestListener } from 'node:http'

/** A marketplace that answers as a test says. */
export interface FakeMarketplace extends AsyncDisposable {
  readonly url: string
  /** What it was asked: method, path, and whether with a token. */
  readonly asked: readonly string[]
}

/** Answers JSON of a path; what is not there is answered by 404 without a body. */
export type Answers = Readonly<Record<string, unknown>>

const service = { protocol: 1, name: 'Fake', api: '/v1', maxPackageBytes: 1024 * 1024 }

/** Starts a marketplace of fixed answers, or of a listener of one's own. */
export async function startFakeMarketplace(
  answers: Answers | RequestListener,
): Promise<FakeMarketplace> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    const [path = '/'] = (request.url ?? '/').split('?')
    const token = request.headers.authorization === undefined ? '' : ' with a token'
    asked.push(`${request.method ?? ''} ${path}${token}`)
    if (typeof answers === 'function') {
      answers(request, response)
      return
    }
    const all: Answers = { '/.well-known/mb.json': service, ...answers }
    const answer = all[path]
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' })
    response.end(answer === undefined ? '{}' : JSON.stringify(answer))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('Cannot listen')
  return {
    url: `http://127.0.0.1:${address.port}`,
    asked,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
