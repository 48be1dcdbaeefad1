import { constants } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { errorCode } from '@mb/kernel'
import type { ArchiveEntry, EntriesOptions } from './archive-entry.ts'
import { archiveError } from './archive-error.ts'
import { readArchiveForm, type ArchiveForm } from './archive-form.ts'
import { maxUnpacked, type ArchiveLimits } from './archive-limits.ts'

/** An archive that is being read. */
export interface OpenArchive extends AsyncDisposable {
  readonly form: ArchiveForm
  /** Each to be taken once, in the archive's order; nothing of their names was checked. */
  readonly entries: AsyncIterable<ArchiveEntry>
}

/** How an archive is opened. */
export interface OpenOptions {
  readonly limits: ArchiveLimits
  readonly signal: AbortSignal | undefined
  /** Told how many bytes came out of decompression, also of what is then refused. */
  readonly onUnpacked?: ((bytes: number) => void) | undefined
}

/**
 * Opens an archive, its form told by its content. What comes out of it is counted, and stopped at the limits.
 *
 * @throws ManifestError `MB_ARCHIVE_…`
 */
export async function openArchive(
  file: string,
  { limits, signal, onUnpacked }: OpenOptions,
): Promise<OpenArchive> {
  const archive = await openFile(file)
  try {
    const { size } = await archive.stat()
    if (size > limits.maxArchiveBytes)
      throw archiveError('MB_ARCHIVE_TOO_LARGE', `has ${size} bytes`)
    const form = await readArchiveForm(archive)
    const meter = new Meter(maxUnpacked(size, limits))
    const entries = await readEntries(form, archive, size, {
      limits,
      signal,
      onUnpacked: (bytes) => {
        onUnpacked?.(bytes)
        meter.add(bytes)
      },
    })
    return { form, entries, [Symbol.asyncDispose]: () => archive.close() }
  } catch (error) {
    await archive.close()
    throw error
  }
}

/** Loads the reader of a form when an archive of it is there: importing this package reads no archive. */
async function readEntries(
  form: ArchiveForm,
  archive: FileHandle,
  archiveBytes: number,
  options: EntriesOptions & { readonly limits: ArchiveLimits },
): Promise<AsyncIterable<ArchiveEntry>> {
  if (form === 'zip') {
    const { zipEntries } = await import('./zip-entries.ts')
    return zipEntries(archive, archiveBytes, options)
  }
  const { tarEntries } = await import('./tar-entries.ts')
  return tarEntries(archive, archiveBytes, options)
}

/** Counts what comes out, and stops it. */
class Meter {
  readonly #max: number
  #bytes = 0

  constructor(max: number) {
    this.#max = max
  }

  add(bytes: number): void {
    this.#bytes += bytes
    if (this.#bytes > this.#max)
      throw archiveError('MB_ARCHIVE_TOO_LARGE', `unpacks to more than ${this.#max} bytes`)
  }
}

async function openFile(path: string): Promise<FileHandle> {
  let archive: FileHandle
  try {
    // A named pipe would block the open for ever.
    archive = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  } catch (cause) {
    if (errorCode(cause) !== 'ENOENT' && errorCode(cause) !== 'ENOTDIR') throw cause
    throw archiveError('MB_ARCHIVE_MISSING', `is not there (${JSON.stringify(path)})`, { cause })
  }
  const facts = await archive.stat()
  if (facts.isFile()) return archive
  await archive.close()
  throw archiveError('MB_ARCHIVE_FORM', 'is no regular file')
}
