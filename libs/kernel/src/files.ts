import { constants } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { KernelError } from './kernel-error.ts'

/** How {@link writeFileAtomic} writes. */
export interface WriteOptions {
  /** Permission bits of the new file. @default 0o644 */
  readonly mode?: number
  readonly signal?: AbortSignal | undefined
}

/** How much {@link readFileBounded} reads. */
export interface ReadOptions {
  /** Longest file that is read, in bytes. */
  readonly maxBytes: number
  readonly signal?: AbortSignal | undefined
}

/**
 * Replaces a file as a whole: readers see the old content or the new, never a part, also after a power cut.
 *
 * Written to a temporary name beside it, flushed to disk, renamed, and the folder flushed.
 */
export async function writeFileAtomic(
  path: string,
  data: Uint8Array | string,
  options: WriteOptions = {},
): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${crypto.randomUUID()}.tmp`)
  try {
    const file = await open(temporary, 'wx', options.mode ?? 0o644)
    try {
      await file.writeFile(data, { signal: options.signal })
      await file.sync()
    } finally {
      await file.close()
    }
    options.signal?.throwIfAborted()
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  await syncDirectory(dirname(path))
}

/** Flushes a folder's entries to disk, so that a rename in it survives a power cut. */
export async function syncDirectory(path: string): Promise<void> {
  // Windows has no handle on a folder to flush; its renames are journalled by NTFS.
  if (process.platform === 'win32') return
  const directory = await open(path, constants.O_RDONLY)
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

/**
 * Reads a file that somebody else may have written: only a regular one, and no more than `maxBytes` of it, also
 * when it grows while it is read.
 *
 * @throws KernelError `MB_FILE_TOO_LARGE`; and Node's own errors, `ENOENT` among them
 */
export async function readFileBounded(path: string, options: ReadOptions): Promise<Buffer> {
  // A named pipe would block the open for ever.
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  try {
    const facts = await file.stat()
    if (facts.isDirectory())
      throw Object.assign(new Error(`EISDIR: "${path}" is a folder`), { code: 'EISDIR', path })
    if (!facts.isFile())
      throw Object.assign(new Error(`EINVAL: "${path}" is no regular file`), {
        code: 'EINVAL',
        path,
      })
    if (facts.size > options.maxBytes) throw tooLarge(path, options.maxBytes)
    const chunks: Buffer[] = []
    let total = 0
    for (;;) {
      options.signal?.throwIfAborted()
      const room = Math.min(Math.max(facts.size - total, 4096), options.maxBytes - total + 1)
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(room), 0, room)
      if (bytesRead === 0) return Buffer.concat(chunks, total)
      total += bytesRead
      if (total > options.maxBytes) throw tooLarge(path, options.maxBytes)
      chunks.push(buffer.subarray(0, bytesRead))
    }
  } finally {
    await file.close()
  }
}

/** As {@link readFileBounded}, as UTF-8 text without a byte order mark. */
export async function readTextBounded(path: string, options: ReadOptions): Promise<string> {
  const bytes = await readFileBounded(path, options)
  return bytes.toString('utf8').replace(/^\uFEFF/, '')
}

function tooLarge(path: string, maxBytes: number): KernelError {
  return new KernelError(
    'MB_FILE_TOO_LARGE',
    `Cannot read "${path}": it is larger than ${maxBytes} bytes`,
    {
      details: { path, maxBytes },
    },
  )
}
