import type { FileHandle } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import { fromRandomAccessReaderPromise, type Entry, type ZipFile } from 'yauzl'
import { specialBits, type ArchiveEntry, type EntriesOptions } from './archive-entry.ts'
import { archiveError } from './archive-error.ts'
import type { ArchiveLimits } from './archive-limits.ts'
import { FileReader } from './file-reader.ts'
import { checkZipLayout } from './zip-layout.ts'

/** The entries of a zip, in the order of its directory. */
export async function* zipEntries(
  file: FileHandle,
  archiveBytes: number,
  options: EntriesOptions & { readonly limits: ArchiveLimits },
): AsyncGenerator<ArchiveEntry, void> {
  // Names are decoded here: the library would take one of three encodings, and turn a backslash into a slash.
  const zip = await fromRandomAccessReaderPromise(new FileReader(file), archiveBytes, {
    autoClose: false,
    decodeStrings: false,
  })
  try {
    if (zip.entryCount > options.limits.maxFiles * 2)
      throw archiveError('MB_ARCHIVE_TOO_LARGE', `has ${zip.entryCount} entries`)
    const entries: Entry[] = []
    for await (const entry of zip.eachEntry()) entries.push(entry)
    const judged = entries.map((entry) => ({ entry, facts: judge(entry) }))
    await checkZipLayout(zip, entries, file, archiveBytes)
    for (const { entry, facts } of judged)
      yield { ...facts, content: readContent(zip, entry, facts.path, options) }
  } finally {
    zip.close()
  }
}

async function* readContent(
  zip: ZipFile,
  entry: Entry,
  path: string,
  { onUnpacked, signal }: EntriesOptions,
): AsyncGenerator<Uint8Array, void> {
  const stream = await zip.openReadStreamPromise(entry)
  let checksum = 0
  const chunks: AsyncIterable<Buffer> = stream
  for await (const chunk of chunks) {
    signal?.throwIfAborted()
    onUnpacked(chunk.length)
    checksum = crc32(chunk, checksum)
    yield chunk
  }
  if (checksum !== entry.crc32)
    throw archiveError('MB_ARCHIVE_BROKEN', 'does not have its checksum', { entry: path })
}

function judge(entry: Entry): Omit<ArchiveEntry, 'content'> {
  const path = decodeName(entry)
  // The upper half is a Unix mode, whatever system the entry says it was made on: some readers do not ask.
  const mode = entry.externalFileAttributes >>> 16
  const type = mode & 0o170000
  if (type === 0o120000) throw archiveError('MB_ARCHIVE_LINK', 'is a link', { entry: path })
  if (![0, 0o100000, 0o040000].includes(type))
    throw archiveError('MB_ARCHIVE_SPECIAL', 'is neither file nor folder', { entry: path })
  if ((mode & specialBits) !== 0)
    throw archiveError('MB_ARCHIVE_SPECIAL', 'has the setuid, setgid or sticky bit', {
      entry: path,
    })
  if (entry.isEncrypted()) throw archiveError('MB_ARCHIVE_FORM', 'is encrypted', { entry: path })
  if (!entry.canDecodeFileData())
    throw archiveError('MB_ARCHIVE_FORM', 'is compressed in a way that is not read', {
      entry: path,
      hint: 'Use the zip methods "store" or "deflate"',
    })
  const isDirectory = path.endsWith('/')
  if (isDirectory ? entry.uncompressedSize > 0 || type === 0o100000 : type === 0o040000)
    throw archiveError('MB_ARCHIVE_BROKEN', 'is both a file and a folder', { entry: path })
  return {
    path,
    kind: isDirectory ? 'directory' : 'file',
    isExecutable: (mode & 0o100) !== 0,
  }
}

/** Info-ZIP's second name of an entry, which only some readers prefer: a version, a checksum, and the name. */
const unicodePathField = { id: 0x7075, nameStart: 5 }
/** Sizes over 4 GB: no package has them, and readers differ in when they believe them. */
const zip64Field = 0x0001

function decodeName(entry: Entry): string {
  const raw = entry.fileNameRaw
  const shown = raw.toString()
  const others = entry.extraFields.filter(({ id }) => id === unicodePathField.id)
  if (others.some(({ data }) => !data.subarray(unicodePathField.nameStart).equals(raw)))
    throw archiveError('MB_ARCHIVE_BROKEN', 'has two names', { entry: shown })
  if (entry.extraFields.some(({ id }) => id === zip64Field))
    throw archiveError('MB_ARCHIVE_FORM', 'is a ZIP64 entry, which is not read', { entry: shown })
  // With or without the flag that says so: Info-ZIP leaves it out.
  if (!Buffer.from(shown).equals(raw))
    throw archiveError('MB_ARCHIVE_PATH', 'is a name in another encoding than UTF-8', {
      entry: shown,
    })
  return shown
}
