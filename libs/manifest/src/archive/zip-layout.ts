import type { FileHandle } from 'node:fs/promises'
import type { Entry, ZipFile } from 'yauzl'
import { archiveError } from './archive-error.ts'

const endRecordBytes = 22
const localHeaderBytes = 30
const centralHeaderBytes = 46
/** Signature, checksum and two sizes after an entry that was written as a stream. */
const maxDescriptorBytes = 16
const descriptorFlag = 0x8
const maxCommentBytes = 1024

/**
 * Checks that a zip is entries, directory and end, with nothing before, between or after them, and that each entry
 * says the same in both of its headers. So every reader finds the same files, and no byte is unpacked twice: a zip
 * that lets entries overlap unpacks to millions of times its size (Fifield, "A better zip bomb", 2019).
 */
export async function checkZipLayout(
  zip: ZipFile,
  entries: readonly Entry[],
  file: FileHandle,
  archiveBytes: number,
): Promise<void> {
  const directory = await readDirectoryPlace(zip, entries, file, archiveBytes)
  const inOrder = entries.toSorted(
    (a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader,
  )
  let end = 0
  let mayGap = 0
  for (const entry of inOrder) {
    const start = entry.relativeOffsetOfLocalHeader
    if (start < end) throw broken('overlaps another entry', entry)
    if (start > end + mayGap) throw broken('stands after bytes that belong to nothing', entry)
    end = await checkLocalHeader(zip, entry)
    mayGap = (entry.generalPurposeBitFlag & descriptorFlag) === 0 ? 0 : maxDescriptorBytes
  }
  if (directory < end || directory > end + mayGap)
    throw archiveError('MB_ARCHIVE_BROKEN', 'has bytes that belong to nothing')
}

/** Where the directory starts, which has to end where the end record starts. */
async function readDirectoryPlace(
  zip: ZipFile,
  entries: readonly Entry[],
  file: FileHandle,
  archiveBytes: number,
): Promise<number> {
  const commentBytes = zip.comment.length
  if (commentBytes > maxCommentBytes)
    throw archiveError('MB_ARCHIVE_BROKEN', `has a comment of ${commentBytes} bytes`)
  const length = endRecordBytes + commentBytes
  const endAt = archiveBytes - length
  const { buffer } = await file.read(Buffer.alloc(length), 0, length, endAt)
  if (buffer.indexOf('PK', 4) !== -1)
    throw archiveError('MB_ARCHIVE_BROKEN', 'has a comment that looks like a part of it')
  const size = buffer.readUInt32LE(12)
  const start = buffer.readUInt32LE(16)
  const listed = entries.reduce(
    (sum, entry) =>
      sum +
      centralHeaderBytes +
      entry.fileNameLength +
      entry.extraFieldLength +
      entry.fileCommentLength,
    0,
  )
  if (start + size !== endAt || size !== listed || buffer.readUInt16LE(10) !== entries.length)
    throw archiveError('MB_ARCHIVE_BROKEN', 'has a directory of another size than it says')
  return start
}

/** Where the entry's data ends. */
async function checkLocalHeader(zip: ZipFile, entry: Entry): Promise<number> {
  const local = await zip.readLocalFileHeaderPromise(entry)
  if (!local.fileName.equals(entry.fileNameRaw))
    throw broken(`is called ${JSON.stringify(local.fileName.toString())} in its own header`, entry)
  const isStreamed = (entry.generalPurposeBitFlag & descriptorFlag) !== 0
  const isSame =
    local.generalPurposeBitFlag === entry.generalPurposeBitFlag &&
    local.compressionMethod === entry.compressionMethod &&
    (isStreamed ||
      (local.crc32 === entry.crc32 &&
        local.compressedSize === entry.compressedSize &&
        local.uncompressedSize === entry.uncompressedSize))
  if (!isSame) throw broken('says something else in its own header', entry)
  const start = entry.relativeOffsetOfLocalHeader + localHeaderBytes
  return start + local.fileNameLength + local.extraFieldLength + entry.compressedSize
}

function broken(is: string, entry: Entry): Error {
  return archiveError('MB_ARCHIVE_BROKEN', is, { entry: entry.fileNameRaw.toString() })
}
