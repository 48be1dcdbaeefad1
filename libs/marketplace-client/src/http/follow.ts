import { MarketplaceError } from '../marketplace-error.ts'
import { exchange, type ExchangeOptions, type ExchangeRequest } from './exchange.ts'
import type { Reply } from './reply.ts'

const maxRedirects = 3

/**
 * Sends a request, and follows where it leads as long as that is the same marketplace: another host could be one of the
 * network that somebody else cannot reach. What changes something is not sent elsewhere, and no credentials are.
 *
 * @throws MarketplaceError `MB_MARKETPLACE_REDIRECT`, and as {@link exchange}
 */
export async function follow(request: ExchangeRequest, options: ExchangeOptions): Promise<Reply> {
  const { authorization: _, ...headers } = request.headers
  let reply = await exchange(request, options)
  let { url } = request
  for (let redirects = 0; isRedirect(reply.status); redirects += 1) {
    reply.discard()
    if (redirects === maxRedirects)
      throw refused(options, `it leads on for more than ${maxRedirects} times`)
    if (request.method !== 'GET') throw refused(options, 'it leads elsewhere')
    url = placeOf(reply, url, options)
    reply = await exchange({ ...request, headers, url }, options)
  }
  return reply
}

function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status)
}

function placeOf(reply: Reply, from: URL, options: ExchangeOptions): URL {
  const location = reply.header('location')
  if (location === undefined || !URL.canParse(location, from.href))
    throw refused(options, 'it leads nowhere')
  const url = new URL(location, from)
  if (url.origin !== from.origin || url.username !== '' || url.password !== '')
    throw refused(options, 'it leads to another host')
  return url
}

function refused({ whom }: ExchangeOptions, is: string): MarketplaceError {
  return new MarketplaceError('MB_MARKETPLACE_REDIRECT', `Cannot follow ${whom}: ${is}`, {
    hint: 'Set it up with the address that it is at now, if you trust that',
  })
}
