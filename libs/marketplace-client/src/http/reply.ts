import { MarketplaceError } from '../marketplace-error.ts'
import type { Whom } from './network-error.ts'

/** An answer whose body is still to come. It is read or discarded: until then it holds its connection. */
export interface Reply {
  readonly status: number
  /** The value of a header, undefined when it is absent. */
  header(name: string): string | undefined
  /** The body as it comes. Throws when it ends too early, or nothing comes. */
  chunks(): AsyncIterable<Buffer>
  discard(): void
}

/** The length that an answer announces; undefined for none, or nonsense. */
export function announcedLength(reply: Pick<Reply, 'header'>): number | undefined {
  const text = reply.header('content-length')
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined
}

/** The media type of an answer, without its parameters. */
export function mediaType(reply: Pick<Reply, 'header'>): string {
  const [type = ''] = (reply.header('content-type') ?? '').split(';')
  return type.trim().toLowerCase()
}

/**
 * Reads a whole body.
 *
 * @throws MarketplaceError `MB_MARKETPLACE_TOO_LARGE` as soon as it is longer
 */
export async function readBody(reply: Reply, maxBytes: number, whom: Whom): Promise<Buffer> {
  if ((announcedLength(reply) ?? 0) > maxBytes) {
    reply.discard()
    throw tooLarge(maxBytes, whom)
  }
  const chunks: Buffer[] = []
  let total = 0
  for await (const chunk of reply.chunks()) {
    total += chunk.length
    if (total > maxBytes) throw tooLarge(maxBytes, whom)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, total)
}

function tooLarge(maxBytes: number, whom: Whom): MarketplaceError {
  return new MarketplaceError(
    'MB_MARKETPLACE_TOO_LARGE',
    `Cannot read the answer of ${whom}: it is larger than ${maxBytes} bytes`,
    { details: { maxBytes } },
  )
}
