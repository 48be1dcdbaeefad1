import { sha256 } from '@mb/kernel'
import { z } from 'zod'

/** An answer that is kept. */
export interface CacheEntry {
  /** What was asked. */
  readonly url: string
  readonly etag: string
  readonly body: Buffer
}

const headSchema = z.object({
  version: z.literal(1),
  url: z.string(),
  etag: z.string(),
  sha256: z.string(),
})

/** An entry as a file: a line of JSON about it, then the body as it came. */
export function encodeEntry({ url, etag, body }: CacheEntry): Buffer {
  const head = JSON.stringify({ version: 1, url, etag, sha256: sha256(body) })
  return Buffer.concat([Buffer.from(`${head}\n`), body])
}

/** Reads an entry; undefined when any bit of it is not as it was written, or it is about another question. */
export function decodeEntry(bytes: Buffer, url: string): CacheEntry | undefined {
  const end = bytes.indexOf('\n')
  if (end === -1) return undefined
  const head = readHead(bytes.subarray(0, end).toString())
  const body = bytes.subarray(end + 1)
  if (head === undefined || head.url !== url || head.sha256 !== sha256(body)) return undefined
  return { url, etag: head.etag, body }
}

function readHead(text: string): z.infer<typeof headSchema> | undefined {
  try {
    return headSchema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}
