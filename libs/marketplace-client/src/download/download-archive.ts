import { join } from 'node:path'
import { archiveLimits, parsePluginId } from '@mb/manifest'
import { routes } from '@mb/marketplace-protocol'
import type { Connection } from '../connection.ts'
import { announcedLength, mediaType, type Reply } from '../http/reply.ts'
import type { DownloadOptions, FoundVersion } from '../marketplace.ts'
import { MarketplaceError } from '../marketplace-error.ts'
import { PartialFile } from './partial-file.ts'

/** A download in progress. */
interface Download extends DownloadOptions {
  readonly connection: Connection
  readonly found: FoundVersion
  readonly signal: AbortSignal
}

/** Downloads the archive of a version: whole, with the digest that was announced, or not at all. */
export async function downloadArchive(
  connection: Connection,
  found: FoundVersion,
  target: {
    readonly directory: string
    readonly cacheDirectory: string
  } & DownloadOptions,
): Promise<string> {
  const { archive, id, version } = found
  if (archive.bytes > archiveLimits.maxArchiveBytes)
    throw tooLarge(found, `it is announced with ${archive.bytes} bytes`)
  const { namespace, name } = parsePluginId(id)
  const file = join(target.directory, `${namespace}-${name}-${version}.${archive.form}`)
  return connection.during(target.signal, async (signal) => {
    const download = { connection, found, signal, onProgress: target.onProgress }
    await using part = await PartialFile.open(
      join(target.cacheDirectory, 'partial'),
      archive.sha256,
    )
    const isResumed = part.bytes > 0
    await complete(part, download)
    // A part from before may be wrong by no fault of the marketplace: it is given a second chance, once.
    if (!part.isWhole() && isResumed) {
      await part.clear()
      await complete(part, download)
    }
    if (!part.isWhole()) {
      await part.clear()
      throw mismatch(found)
    }
    await part.moveTo(file)
    return file
  })
}

/** Fetches what is missing. */
async function complete(part: PartialFile, download: Download): Promise<void> {
  const { connection, found, signal } = download
  if (part.bytes > found.archive.bytes) await part.clear()
  if (part.bytes === found.archive.bytes) return
  await connection.retrying(signal, () => fetchRest(part, download))
}

async function fetchRest(part: PartialFile, download: Download): Promise<void> {
  const { connection, found, signal } = download
  const { bytes: total, sha256 } = found.archive
  const { namespace, name } = parsePluginId(found.id)
  const reply = await connection.open(
    routes.download,
    { namespace, name, version: found.version },
    {
      query: { platform: found.platform },
      signal,
      statuses: part.bytes === 0 ? [200] : [200, 206, 416],
      headers: {
        accept: 'application/octet-stream, application/problem+json',
        ...(part.bytes === 0
          ? {}
          : { range: `bytes=${part.bytes}-`, 'if-range': `"sha256-${sha256}"` }),
      },
    },
  )
  if (reply.status === 416) {
    reply.discard()
    await part.clear()
    await fetchRest(part, download)
    return
  }
  if (reply.status === 200) await part.clear()
  else checkRange(reply, part.bytes, download)
  await append(reply, part, download)
  if (part.bytes < total)
    throw new MarketplaceError(
      'MB_MARKETPLACE_TRUNCATED',
      `Cannot download ${found.id}@${found.version}: it ended after ${part.bytes} of ${total} bytes`,
      { hint: 'Try again: it goes on where it stopped', details: { bytes: part.bytes, total } },
    )
}

async function append(
  reply: Reply,
  part: PartialFile,
  { connection, found, onProgress }: Download,
): Promise<void> {
  const total = found.archive.bytes
  if (mediaType(reply) !== 'application/octet-stream') {
    reply.discard()
    throw connection.unusable('it is no package')
  }
  const length = announcedLength(reply)
  if (length !== undefined && length > total - part.bytes) {
    reply.discard()
    throw tooLarge(found, `it is larger than the ${total} bytes that were announced`)
  }
  onProgress?.({ bytes: part.bytes, total })
  for await (const chunk of reply.chunks()) {
    if (chunk.length > total - part.bytes)
      throw tooLarge(found, `it is larger than the ${total} bytes that were announced`)
    await part.append(chunk)
    onProgress?.({ bytes: part.bytes, total })
  }
}

function checkRange(reply: Reply, from: number, { connection, found }: Download): void {
  const total = found.archive.bytes
  if (reply.header('content-range') === `bytes ${from}-${total - 1}/${total}`) return
  reply.discard()
  throw connection.unusable('it is another part of the package than was asked for')
}

function tooLarge({ id, version }: FoundVersion, is: string): MarketplaceError {
  return new MarketplaceError(
    'MB_MARKETPLACE_TOO_LARGE',
    `Cannot download ${id}@${version}: ${is}`,
    { hint: 'Tell whoever runs the marketplace' },
  )
}

function mismatch({ id, version, archive }: FoundVersion): MarketplaceError {
  return new MarketplaceError(
    'MB_MARKETPLACE_DIGEST_MISMATCH',
    `Cannot trust ${id}@${version}: what came is not the package that was announced`,
    {
      hint: 'Try again; if it stays so, tell whoever runs the marketplace',
      details: { sha256: archive.sha256 },
    },
  )
}
