import type { FileHandle } from 'node:fs/promises'
import { archiveError } from './archive-error.ts'

/** The forms that are read. */
export type ArchiveForm = 'zip' | 'tar.gz'

const known: readonly (readonly [string, readonly number[], number?])[] = [
  ['zip', [0x50, 0x4b, 0x03, 0x04]],
  ['zip', [0x50, 0x4b, 0x05, 0x06]],
  ['tar.gz', [0x1f, 0x8b, 0x08]],
  ['tar.bz2', [0x42, 0x5a, 0x68]],
  ['tar.xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ['tar.zst', [0x28, 0xb5, 0x2f, 0xfd]],
  ['7z', [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]],
  ['rar', [0x52, 0x61, 0x72, 0x21, 0x1a, 0x07]],
  ['tar', [0x75, 0x73, 0x74, 0x61, 0x72], 257],
]

/**
 * Tells an archive's form by its first bytes; names lie.
 *
 * @throws ManifestError `MB_ARCHIVE_FORM`
 */
export async function readArchiveForm(file: FileHandle): Promise<ArchiveForm> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(512), 0, 512, 0)
  const found = known.find(([, bytes, offset = 0]) =>
    bytes.every((byte, index) => offset + index < bytesRead && buffer[offset + index] === byte),
  )?.[0]
  if (found === 'zip' || found === 'tar.gz') return found
  if (found === undefined) throw archiveError('MB_ARCHIVE_FORM', 'is no archive')
  throw archiveError('MB_ARCHIVE_FORM', `is a ${found} file, which is not read`, {
    hint: 'Repack it: unpack it, then `mb sdk package`, or `tar -czf plugin.tar.gz -C FOLDER .`',
  })
}
