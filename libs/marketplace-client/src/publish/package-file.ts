import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { archiveLimits, ManifestError } from '@mb/manifest'
import { errorCode } from '@mb/kernel'
import type { RequestBody } from '../http/exchange.ts'
import type { TransferProgress } from '../marketplace.ts'

const chunkBytes = 64 * 1024

/** A package that is sent: open once, so that what was hashed is what goes out, or the marketplace notices. */
export class PackageFile implements AsyncDisposable {
  readonly bytes: number
  /** Of its bytes, in hex. */
  readonly sha256: string
  readonly #file: FileHandle

  private constructor(file: FileHandle, bytes: number, sha256: string) {
    this.#file = file
    this.bytes = bytes
    this.sha256 = sha256
  }

  /** Opens a package, and reads it once for its digest. */
  static async open(path: string, signal: AbortSignal | undefined): Promise<PackageFile> {
    const file = await openFile(path)
    try {
      const facts = await file.stat()
      if (!facts.isFile()) throw unfit(path, 'it is no file')
      if (facts.size === 0) throw unfit(path, 'it is empty')
      if (facts.size > archiveLimits.maxArchiveBytes)
        throw new ManifestError(
          'MB_ARCHIVE_TOO_LARGE',
          `Cannot publish "${path}": it is larger than ${archiveLimits.maxArchiveBytes} bytes`,
        )
      const hash = createHash('sha256')
      for await (const chunk of chunksOf(file, facts.size)) {
        signal?.throwIfAborted()
        hash.update(chunk)
      }
      return new PackageFile(file, facts.size, hash.digest('hex'))
    } catch (error) {
      await file.close()
      throw error
    }
  }

  /** It as what is sent; it can be sent again. */
  body(onProgress?: (progress: TransferProgress) => void): RequestBody {
    const { bytes } = this
    const file = this.#file
    return {
      bytes,
      async *chunks() {
        let sent = 0
        for await (const chunk of chunksOf(file, bytes)) {
          yield chunk
          sent += chunk.length
          onProgress?.({ bytes: sent, total: bytes })
        }
      },
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close()
  }
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    // A named pipe would block the open for ever.
    return await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error
    throw new ManifestError(
      'MB_ARCHIVE_MISSING',
      `Cannot publish "${path}": there is no such file`,
      {
        cause: error,
      },
    )
  }
}

async function* chunksOf(file: FileHandle, bytes: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes;) {
    const length = Math.min(chunkBytes, bytes - at)
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(length), 0, length, at)
    // It was cut while it was sent: the length that was announced cannot be kept.
    if (bytesRead === 0) throw new Error('The package became shorter while it was read')
    at += bytesRead
    yield buffer.subarray(0, bytesRead)
  }
}

function unfit(path: string, is: string): ManifestError {
  return new ManifestError('MB_ARCHIVE_FORM', `Cannot publish "${path}": ${is}`, {
    hint: 'Name a package, as `mb sdk package` makes',
  })
}
