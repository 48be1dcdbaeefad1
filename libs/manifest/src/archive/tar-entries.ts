import type { FileHandle } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { isMbError } from '@mb/kernel'
import { extract, type Header } from 'tar-stream'
import { specialBits, type ArchiveEntry, type EntriesOptions } from './archive-entry.ts'
import { archiveError } from './archive-error.ts'
import { readRange } from './file-reader.ts'
import { TarFraming } from './tar-framing.ts'

/** The entries of a tar.gz, in its order. */
export async function* tarEntries(
  file: FileHandle,
  archiveBytes: number,
  { onUnpacked, signal }: EntriesOptions,
): AsyncGenerator<ArchiveEntry, void> {
  const gunzip = createGunzip()
  const parser = extract()
  const pumping = pipeline(
    readRange(file, 0, archiveBytes),
    gunzip,
    (chunks: AsyncIterable<Buffer>) => framed(chunks, onUnpacked),
    parser,
    signal === undefined ? {} : { signal },
  )
  const failure = pumping.then(
    () => undefined,
    (error: unknown) => ({ error }),
  )
  try {
    for await (const entry of parser) {
      const facts = judge(entry.header)
      if (facts.path === '') entry.resume()
      else yield { ...facts, content: bytesOf(entry, failure) }
    }
  } catch (error) {
    if (isMbError(error)) throw error
    // The parser tells only that it was stopped; the pipeline knows by what.
    throw (await failure)?.error ?? error
  } finally {
    parser.destroy()
    await failure
  }
  const failed = await failure
  if (failed !== undefined) throw failed.error
  if (gunzip.bytesWritten !== archiveBytes)
    throw archiveError('MB_ARCHIVE_BROKEN', 'goes on after its end')
}

async function* framed(
  chunks: AsyncIterable<Buffer>,
  onUnpacked: (bytes: number) => void,
): AsyncGenerator<Buffer, void> {
  const framing = new TarFraming()
  for await (const chunk of chunks) {
    onUnpacked(chunk.length)
    framing.push(chunk)
    yield chunk
  }
  framing.end()
}

async function* bytesOf(
  content: AsyncIterable<unknown>,
  failure: Promise<{ readonly error: unknown } | undefined>,
): AsyncGenerator<Uint8Array, void> {
  try {
    for await (const chunk of content) if (chunk instanceof Uint8Array) yield chunk
  } catch (error) {
    // As above: a limit that ends the archive in the middle of a file is told as that limit.
    throw (await failure)?.error ?? error
  }
}

/** The facts of an entry; its path is empty for the root itself, which `tar -C folder .` lists. */
function judge({ mode = 0, name = '', type }: Partial<Header>): Omit<ArchiveEntry, 'content'> {
  if (type === 'symlink' || type === 'link')
    throw archiveError('MB_ARCHIVE_LINK', 'is a link', { entry: name })
  if (type !== 'file' && type !== 'directory')
    throw archiveError('MB_ARCHIVE_SPECIAL', `is no file (${type ?? 'unknown'})`, { entry: name })
  if ((mode & specialBits) !== 0)
    throw archiveError('MB_ARCHIVE_SPECIAL', 'has the setuid, setgid or sticky bit', {
      entry: name,
    })
  // What `tar -C folder .` writes: all readers agree on what that means.
  const path = name.replace(/^\.\//, '')
  return { path, kind: type, isExecutable: (mode & 0o100) !== 0 }
}
