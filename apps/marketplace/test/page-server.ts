import { once } from 'node:events'
import { createServer } from 'node:http'
import { assets, contentSecurityPolicy } from '../src/web/index.ts'

/** Serves pages from memory, with the policy or, to show what it is for, without. */
export async function servePages(
  pages: Readonly<Record<string, string>>,
  { policy = contentSecurityPolicy }: { readonly policy?: string } = {},
): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer(({ url = '/' }, response) => {
    const asset = assets.find(({ path }) => path === url)
    const body = asset?.body ?? pages[url]
    response.statusCode = body === undefined ? 404 : 200
    response.setHeader('content-type', asset?.type ?? 'text/html; charset=utf-8')
    if (policy !== '') response.setHeader('content-security-policy', policy)
    response.end(body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('No port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
