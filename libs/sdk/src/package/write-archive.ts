import { createHash, randomBytes } from 'node:crypto'
import { open, readFile, rm } from 'node:fs/promises'
import { once } from 'node:events'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type { Archiver } from 'archiver'

/** What a package may be written as: `npm` is a tar.gz in npm's own layout. */
export type ArchiveForm = 'zip' | 'tar.gz' | 'npm'

/** A file that goes into an archive. */
export interface ArchiveEntry {
  /** From the folder, with `/`. */
  readonly path: string
  readonly mode: '644' | '755'
}

/** An archive under a temporary name. */
export interface WrittenArchive {
  readonly temporary: string
  readonly bytes: number
  readonly sha256: string
}

// The first moment that a zip can tell, and the one that npm gives to all files.
const zipDate = new Date('1980-01-01T00:00:00Z')
const npmDate = new Date('1985-10-26T08:15:00Z')

/** The path of a file in an archive: npm keeps all of them in one folder. */
export function pathInArchive(form: ArchiveForm, path: string): string {
  return form === 'npm' ? `package/${path}` : path
}

/**
 * Writes files into an archive beside its goal; equal files give equal bytes, on any machine: entries in the given
 * order, one date, two modes, no owners, no system in the headers.
 */
export async function writeArchive(
  form: ArchiveForm,
  directory: string,
  entries: readonly ArchiveEntry[],
  options: { readonly goal: string; readonly signal?: AbortSignal | undefined },
): Promise<WrittenArchive> {
  const temporary = `${options.goal}.${randomBytes(6).toString('hex')}.tmp`
  const archive = await createArchive(form)
  const stop = new AbortController()
  const signal = AbortSignal.any([stop.signal, ...(options.signal ? [options.signal] : [])])
  const seal = measure()
  const source = piped(archive)
  // Opened before anything can fail: a stream that opens by itself may do so after what it wrote was cleared away.
  const handle = await open(temporary, 'wx')
  const file = handle.createWriteStream()
  const written =
    form === 'zip'
      ? pipeline(source, seal.through, file, { signal })
      : pipeline(source, createGzip({ level: 9 }), withoutSystem, seal.through, file, { signal })
  try {
    await Promise.all([written, addEntries(archive, form, directory, entries, signal)])
  } catch (error) {
    stop.abort()
    await written.catch(() => {})
    file.destroy()
    await handle.close()
    await rm(temporary, { force: true })
    throw error
  }
  return { temporary, ...seal.result() }
}

/** What an archive writes. It is never ended from this side: an archive that is, throws where nobody can catch it. */
function piped(archive: Archiver): PassThrough {
  const through = new PassThrough()
  archive.on('error', (error) => through.destroy(error))
  archive.pipe(through)
  return through
}

async function createArchive(form: ArchiveForm): Promise<Archiver> {
  const { TarArchive, ZipArchive } = await import('archiver')
  return form === 'zip' ? new ZipArchive({ zlib: { level: 9 } }) : new TarArchive({})
}

async function addEntries(
  archive: Archiver,
  form: ArchiveForm,
  directory: string,
  entries: readonly ArchiveEntry[],
  signal: AbortSignal,
): Promise<void> {
  for (const { path, mode } of entries) {
    signal.throwIfAborted()
    // One at a time: a queue of them would hold all files in memory at once.
    const content = await readFile(join(directory, path))
    signal.throwIfAborted()
    const done = once(archive, 'entry', { signal })
    archive.append(content, {
      name: pathInArchive(form, path),
      date: form === 'npm' ? npmDate : zipDate,
      mode: mode === '755' ? 0o755 : 0o644,
    })
    await done
  }
  await archive.finalize()
}

/** Says "unknown" in the byte of the gzip header that names the system it was written on (RFC 1952, 2.3). */
async function* withoutSystem(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let offset = 0
  for await (const chunk of source) {
    const at = 9 - offset
    if (at >= 0 && at < chunk.length) chunk[at] = 255
    offset += chunk.length
    yield chunk
  }
}

function measure(): {
  through: (source: AsyncIterable<Buffer>) => AsyncGenerator<Buffer>
  result: () => { bytes: number; sha256: string }
} {
  const hash = createHash('sha256')
  let bytes = 0
  return {
    async *through(source) {
      for await (const chunk of source) {
        hash.update(chunk)
        bytes += chunk.length
        yield chunk
      }
    },
    result: () => ({ bytes, sha256: hash.digest('hex') }),
  }
}
