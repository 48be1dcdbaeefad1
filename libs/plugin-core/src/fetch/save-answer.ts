import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import type { FetchProgress } from '../install/package-repository.ts'
import { wrongDigest } from './copy-pinned.ts'
import { shownUrl } from './plugin-source.ts'
import { told, type UrlAnswer } from './request-url.ts'
import { sourceError } from './source-error.ts'

/** How an answer is saved. */
export interface SaveOptions {
  readonly maxBytes: number
  /** What its bytes have to be, in hex. */
  readonly sha256?: string | undefined
  readonly signal: AbortSignal
  readonly onProgress?: ((progress: FetchProgress) => void) | undefined
}

/**
 * Saves what comes into a new file, and counts on nothing that is said of it.
 *
 * @returns the digest of its bytes, in hex
 * @throws PluginError `MB_SOURCE_TOO_LARGE`, `MB_SOURCE_CHECKSUM`, `MB_SOURCE_FETCH`
 */
export async function saveAnswer(
  answer: UrlAnswer,
  file: string,
  options: SaveOptions,
): Promise<string> {
  const { sha256, signal, onProgress } = options
  const shown = shownUrl(answer.url)
  const total = lengthOf(answer)
  const hash = createHash('sha256')
  await using target = await open(file, 'wx', 0o600)
  let bytes = 0
  for await (const chunk of bounded(answer, options)) {
    hash.update(chunk)
    await target.writeFile(chunk)
    bytes += chunk.length
    if (total !== undefined) onProgress?.({ bytes, total })
  }
  signal.throwIfAborted()
  const digest = hash.digest('hex')
  if (sha256 === undefined || sha256 === digest) return digest
  throw wrongDigest(shown, { required: sha256, found: digest })
}

/**
 * Reads a short answer whole.
 *
 * @throws PluginError `MB_SOURCE_TOO_LARGE`, `MB_SOURCE_FETCH`
 */
export async function readAnswer(
  answer: UrlAnswer,
  options: Pick<SaveOptions, 'maxBytes' | 'signal'>,
): Promise<string> {
  return (await buffer(bounded(answer, options))).toString('utf8')
}

async function* bounded(
  answer: UrlAnswer,
  { maxBytes, signal }: Pick<SaveOptions, 'maxBytes' | 'signal'>,
): AsyncGenerator<Buffer> {
  const shown = shownUrl(answer.url)
  if ((lengthOf(answer) ?? 0) > maxBytes) throw tooLarge(shown, maxBytes)
  const chunks: AsyncIterator<Buffer> = answer.message[Symbol.asyncIterator]()
  let room = maxBytes
  for (;;) {
    const next = await told(shown, signal, () => chunks.next())
    if (next.done === true) return
    room -= next.value.length
    if (room < 0) throw tooLarge(shown, maxBytes)
    yield next.value
  }
}

function lengthOf({ message }: UrlAnswer): number | undefined {
  const text = message.headers['content-length']
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined
}

function tooLarge(shown: string, maxBytes: number): Error {
  return sourceError(
    'MB_SOURCE_TOO_LARGE',
    shown,
    `it is larger than ${Math.floor(maxBytes / 1024 / 1024)} MB`,
    { hint: 'Set plugins.maxPackageMb to allow larger packages' },
  )
}
