import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode, readFileBounded, sha256 as digestOf } from '@mb/kernel'
import { sourceError } from './source-error.ts'

/**
 * Copies an archive that has to have a digest, so that what was looked at is what is taken.
 *
 * @returns path of the copy
 * @throws PluginError `MB_SOURCE_CHECKSUM`, `MB_SOURCE_NOT_FOUND`
 */
export async function copyPinned(
  path: string,
  folder: string,
  {
    sha256,
    maxBytes,
    signal,
  }: { readonly sha256: string; readonly maxBytes: number; readonly signal: AbortSignal },
): Promise<string> {
  const bytes = await read(path, maxBytes, signal)
  const found = digestOf(bytes)
  if (found !== sha256) throw wrongDigest(path, { required: sha256, found })
  await mkdir(folder, { mode: 0o700 })
  const copy = join(folder, 'archive')
  await writeFile(copy, bytes, { mode: 0o600, signal })
  return copy
}

/** What came is not what has to come. */
export function wrongDigest(
  shown: string,
  { required, found }: { readonly required: string; readonly found: string },
): Error {
  return sourceError(
    'MB_SOURCE_CHECKSUM',
    shown,
    `its bytes have the digest ${found.slice(0, 16)}…, and ${required.slice(0, 16)}… is required`,
    {
      hint: 'Do not install it until its publisher has explained the difference',
      details: { required, found },
    },
  )
}

async function read(path: string, maxBytes: number, signal: AbortSignal): Promise<Buffer> {
  try {
    return await readFileBounded(path, { maxBytes, signal })
  } catch (error) {
    if (errorCode(error) === 'EISDIR')
      throw sourceError('MB_SOURCE_CHECKSUM', path, 'it is a folder, which has no digest')
    if (errorCode(error) === 'ENOENT')
      throw sourceError('MB_SOURCE_NOT_FOUND', path, 'there is no such archive')
    throw error
  }
}
