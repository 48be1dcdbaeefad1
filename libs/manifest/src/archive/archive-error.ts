import { errorCode, isMbError } from '@mb/kernel'
import { ManifestError, type ManifestErrorCode } from '../manifest-error.ts'

/** The error of an archive, or of one entry of it. */
export function archiveError(
  code: Extract<ManifestErrorCode, `MB_ARCHIVE_${string}`>,
  is: string,
  options: { readonly hint?: string; readonly cause?: unknown; readonly entry?: string } = {},
): ManifestError {
  const { entry, hint, ...rest } = options
  const subject = entry === undefined ? 'it' : JSON.stringify(entry.slice(0, 256))
  return new ManifestError(code, `Cannot extract archive: ${subject} ${is}`, {
    hint: hint ?? hints[code],
    ...rest,
    ...(entry === undefined ? {} : { details: { entry: entry.slice(0, 1024) } }),
  })
}

const again = 'Get the archive from its author again'
const repack = 'Ask its author to package it with `mb sdk package`'

const hints: Readonly<Record<Extract<ManifestErrorCode, `MB_ARCHIVE_${string}`>, string>> = {
  MB_ARCHIVE_MISSING: 'Check the path',
  MB_ARCHIVE_FORM: 'Use a zip, tar.gz or tgz file',
  MB_ARCHIVE_BROKEN: again,
  MB_ARCHIVE_PATH: repack,
  MB_ARCHIVE_LINK: repack,
  MB_ARCHIVE_SPECIAL: repack,
  MB_ARCHIVE_DUPLICATE: repack,
  MB_ARCHIVE_TOO_LARGE: repack,
  MB_ARCHIVE_DESTINATION: 'Name a folder that does not exist yet',
}

/** What the libraries throw is about a damaged archive; our own errors, aborts and the file system's pass. */
export function asArchiveError(error: unknown, signal: AbortSignal | undefined): unknown {
  if (isMbError(error)) return error
  if (signal?.aborted === true) return signal.reason
  const code = errorCode(error)
  const isSystem = error instanceof Error && 'syscall' in error
  if (isSystem && code !== undefined) return error
  return archiveError('MB_ARCHIVE_BROKEN', 'is cut off or damaged', { cause: error })
}
