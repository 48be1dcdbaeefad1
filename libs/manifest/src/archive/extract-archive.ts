import { constants } from 'node:fs'
import { lstat, mkdir, mkdtemp, open, readdir, rename, rm, type FileHandle } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { errorCode, isMbError, syncDirectory } from '@mb/kernel'
import type { ArchiveEntry, EntriesOptions } from './archive-entry.ts'
import { archiveError } from './archive-error.ts'
import { readArchiveForm, type ArchiveForm } from './archive-form.ts'
import { archiveLimits, maxUnpacked, type ArchiveLimits } from './archive-limits.ts'
import { EntryLedger } from './entry-ledger.ts'

/** How an archive is extracted. */
export interface ExtractOptions {
  readonly limits?: Partial<ArchiveLimits> | undefined
  readonly signal?: AbortSignal | undefined
}

/** What was extracted. */
export interface Extracted {
  readonly form: ArchiveForm
  readonly files: number
  /** Of all files together. */
  readonly bytes: number
}

/**
 * Extracts a zip, tar.gz or tgz, told by its content, into a folder that must not exist. It is there whole, or not at
 * all; an archive that could mean two things to two readers is refused. What npm packs lies in `package/`, and comes
 * out without it.
 *
 * @throws ManifestError `MB_ARCHIVE_…`
 */
export async function extractArchive(
  file: string,
  destination: string,
  options: ExtractOptions = {},
): Promise<Extracted> {
  const { signal } = options
  const limits = { ...archiveLimits, ...options.limits }
  signal?.throwIfAborted()
  const target = resolve(destination)
  await checkFree(target)
  const archive = await openArchive(file)
  try {
    const { size } = await archive.stat()
    if (size > limits.maxArchiveBytes)
      throw archiveError('MB_ARCHIVE_TOO_LARGE', `has ${size} bytes`)
    const form = await readArchiveForm(archive)
    // Beside the destination: a rename cannot leave its file system.
    const staging = await mkdtemp(join(dirname(target), `.${basename(target)}.`))
    try {
      const meter = new Meter(maxUnpacked(size, limits))
      const entriesOptions = { limits, signal, onUnpacked: (bytes: number) => meter.add(bytes) }
      const entries = await readEntries(form, archive, size, entriesOptions)
      const counts = await stage(entries, staging, limits, signal)
      await commit(staging, target)
      return { form, ...counts }
    } catch (error) {
      throw asArchiveError(error, signal)
    } finally {
      await rm(staging, { recursive: true, force: true })
    }
  } finally {
    await archive.close()
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

async function checkFree(target: string): Promise<void> {
  try {
    await lstat(target)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return
    throw error
  }
  throw archiveError(
    'MB_ARCHIVE_DESTINATION',
    `cannot become ${JSON.stringify(target)}, which exists`,
  )
}

async function openArchive(path: string): Promise<FileHandle> {
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

async function stage(
  entries: AsyncIterable<ArchiveEntry>,
  staging: string,
  limits: ArchiveLimits,
  signal: AbortSignal | undefined,
): Promise<{ readonly files: number; readonly bytes: number }> {
  const ledger = new EntryLedger(limits)
  let bytes = 0
  for await (const entry of entries) {
    signal?.throwIfAborted()
    const path = join(staging, ledger.admit(entry))
    await mkdir(entry.kind === 'directory' ? path : dirname(path), { recursive: true })
    if (entry.kind === 'file') bytes += await writeEntry(entry, path)
    else for await (const _ of entry.content);
  }
  if (ledger.files === 0) throw archiveError('MB_ARCHIVE_BROKEN', 'holds no files')
  return { files: ledger.files, bytes }
}

async function writeEntry(entry: ArchiveEntry, path: string): Promise<number> {
  // `wx` follows no link and replaces nothing, whatever the ledger missed.
  const file = await open(path, 'wx', 0o600)
  try {
    let bytes = 0
    for await (const chunk of entry.content) {
      await file.writeFile(chunk)
      bytes += chunk.length
    }
    // Past the umask of whoever installs, so that the digest tree finds the modes that were packaged.
    await file.chmod(entry.isExecutable ? 0o755 : 0o644)
    await file.sync()
    return bytes
  } finally {
    await file.close()
  }
}

/** Makes the staged files the destination, by one rename. */
async function commit(staging: string, target: string): Promise<void> {
  const [only, ...others] = await readdir(staging, { withFileTypes: true })
  const isNpm = only?.name === 'package' && only.isDirectory() && others.length === 0
  const root = isNpm ? join(staging, 'package') : staging
  await openModes(root)
  await rename(root, target)
  await syncDirectory(dirname(target))
}

/** mkdtemp makes folders for the owner alone. */
async function openModes(root: string): Promise<void> {
  const folder = await open(root, constants.O_RDONLY)
  try {
    await folder.chmod(0o755)
    await folder.sync()
  } finally {
    await folder.close()
  }
}

/** What the libraries throw is about a damaged archive; our own errors, aborts and the file system's pass. */
function asArchiveError(error: unknown, signal: AbortSignal | undefined): unknown {
  if (isMbError(error)) return error
  if (signal?.aborted === true) return signal.reason
  const code = errorCode(error)
  const isSystem = error instanceof Error && 'syscall' in error
  if (isSystem && code !== undefined) return error
  return archiveError('MB_ARCHIVE_BROKEN', 'is cut off or damaged', { cause: error })
}
