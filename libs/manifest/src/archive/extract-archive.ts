import { constants } from 'node:fs'
import { lstat, mkdir, mkdtemp, open, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { errorCode, syncDirectory } from '@mb/kernel'
import type { ArchiveEntry } from './archive-entry.ts'
import { archiveError, asArchiveError } from './archive-error.ts'
import type { ArchiveForm } from './archive-form.ts'
import { archiveLimits, type ArchiveLimits } from './archive-limits.ts'
import { EntryLedger } from './entry-ledger.ts'
import { WrittenFiles } from './written-files.ts'
import { openArchive } from './open-archive.ts'

/** How an archive is extracted. */
export interface ExtractOptions {
  readonly limits?: Partial<ArchiveLimits> | undefined
  readonly signal?: AbortSignal | undefined
  /** Whether it is on the disk before it is there: for whoever flushes it himself, later, that would be done twice. @default true */
  readonly isFlushed?: boolean | undefined
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
  const { signal, isFlushed = true } = options
  const limits = { ...archiveLimits, ...options.limits }
  signal?.throwIfAborted()
  const target = resolve(destination)
  await checkFree(target)
  await using archive = await openArchive(file, { limits, signal })
  // Beside the destination: a rename cannot leave its file system.
  const staging = await mkdtemp(join(dirname(target), `.${basename(target)}.`))
  try {
    const counts = await stage(archive.entries, staging, { limits, signal, isFlushed })
    await commit(staging, target)
    return { form: archive.form, ...counts }
  } catch (error) {
    throw asArchiveError(error, signal)
  } finally {
    await rm(staging, { recursive: true, force: true })
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

interface Staging {
  readonly limits: ArchiveLimits
  readonly signal: AbortSignal | undefined
  readonly isFlushed: boolean
}

async function stage(
  entries: AsyncIterable<ArchiveEntry>,
  staging: string,
  { limits, signal, isFlushed }: Staging,
): Promise<{ readonly files: number; readonly bytes: number }> {
  const ledger = new EntryLedger(limits)
  const folders = new Set<string>()
  await using written = new WrittenFiles({ isFlushed })
  let bytes = 0
  for await (const entry of entries) {
    signal?.throwIfAborted()
    const path = join(staging, ledger.admit(entry))
    const folder = entry.kind === 'directory' ? path : dirname(path)
    if (!folders.has(folder)) await mkdir(folder, { recursive: true })
    for (let each = folder; each !== staging && !folders.has(each); each = dirname(each))
      folders.add(each)
    if (entry.kind === 'file') bytes += await writeEntry(entry, path, written)
    else for await (const _ of entry.content);
  }
  if (ledger.files === 0) throw archiveError('MB_ARCHIVE_BROKEN', 'holds no files')
  await written.finish()
  // A file is written down with its content; its name with the folder.
  if (isFlushed) for (const folder of folders) await syncDirectory(folder)
  return { files: ledger.files, bytes }
}

async function writeEntry(
  entry: ArchiveEntry,
  path: string,
  written: WrittenFiles,
): Promise<number> {
  // `wx` follows no link and replaces nothing, whatever the ledger missed.
  const file = await open(path, 'wx', 0o600)
  let bytes = 0
  try {
    for await (const chunk of entry.content) {
      await file.writeFile(chunk)
      bytes += chunk.length
    }
  } catch (error) {
    await file.close()
    throw error
  }
  await written.take(file, entry.isExecutable ? 0o755 : 0o644)
  return bytes
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
