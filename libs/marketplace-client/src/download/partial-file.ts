import { createHash, randomBytes, type Hash } from 'node:crypto'
import { constants } from 'node:fs'
import { copyFile, lstat, open, readdir, rename, rm, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode, makeFolder } from '@mb/kernel'

const readBytes = 256 * 1024
/** What nobody came back for. */
const staleMs = 7 * 24 * 60 * 60 * 1000

/**
 * The part of a download that is there, in a file that belongs to this download alone. When it ends without being whole
 * the file is left to whoever asks for the same bytes next, as is that of a program that died.
 */
export class PartialFile implements AsyncDisposable {
  readonly #folder: string
  readonly #sha256: string
  readonly #path: string
  readonly #file: FileHandle
  #hash: Hash = createHash('sha256')
  #bytes = 0
  #isGone = false

  private constructor(folder: string, sha256: string, path: string, file: FileHandle) {
    this.#folder = folder
    this.#sha256 = sha256
    this.#path = path
    this.#file = file
  }

  /** Takes the part that is left of these bytes, or begins with none. */
  static async open(folder: string, sha256: string): Promise<PartialFile> {
    await makeFolder(folder, { mode: 0o700 })
    const path = join(folder, `${sha256}.${process.pid}.${randomBytes(6).toString('hex')}`)
    await takeOver(folder, sha256, path)
    const flags = constants.O_RDWR | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0)
    const part = new PartialFile(folder, sha256, path, await open(path, flags, 0o600))
    try {
      await part.#readBack()
    } catch (error) {
      await part.#file.close()
      throw error
    }
    return part
  }

  /** How much is there. */
  get bytes(): number {
    return this.#bytes
  }

  /** Adds what comes next. */
  async append(chunk: Buffer): Promise<void> {
    let written = 0
    while (written < chunk.length) {
      const { bytesWritten } = await this.#file.write(
        chunk,
        written,
        chunk.length - written,
        this.#bytes + written,
      )
      written += bytesWritten
    }
    this.#hash.update(chunk)
    this.#bytes += chunk.length
  }

  /** Begins anew. */
  async clear(): Promise<void> {
    await this.#file.truncate(0)
    this.#hash = createHash('sha256')
    this.#bytes = 0
  }

  /** Whether the bytes are those that they have to be. */
  isWhole(): boolean {
    return this.#hash.copy().digest('hex') === this.#sha256
  }

  /** Puts the file where it belongs, once it is whole. */
  async moveTo(target: string): Promise<void> {
    await this.#file.sync()
    try {
      await rename(this.#path, target)
    } catch (error) {
      if (errorCode(error) !== 'EXDEV') throw error
      await copyFile(this.#path, target, constants.COPYFILE_EXCL)
      await rm(this.#path)
    }
    this.#isGone = true
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close()
    if (this.#isGone) return
    if (this.#bytes === 0) await rm(this.#path, { force: true })
    else await rename(this.#path, join(this.#folder, this.#sha256))
  }

  /** What is there counts once it was read: its digest goes on from it. */
  async #readBack(): Promise<void> {
    for (;;) {
      const { bytesRead, buffer } = await this.#file.read(
        Buffer.allocUnsafe(readBytes),
        0,
        readBytes,
        this.#bytes,
      )
      if (bytesRead === 0) return
      this.#hash.update(buffer.subarray(0, bytesRead))
      this.#bytes += bytesRead
    }
  }
}

/** Renames a part that nobody works on to a name of ours: of two that try, one succeeds. */
async function takeOver(folder: string, sha256: string, path: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const from = join(folder, name)
    const [of, owner] = name.split('.')
    if (of === sha256 && !isAlive(owner) && (await isRegular(from))) {
      const isOurs = await rename(from, path).then(
        () => true,
        () => false,
      )
      if (isOurs) return
    } else if (!isAlive(owner)) await forgetStale(from)
  }
}

async function isRegular(path: string): Promise<boolean> {
  return lstat(path).then(
    (facts) => facts.isFile(),
    () => false,
  )
}

async function forgetStale(path: string): Promise<void> {
  const facts = await lstat(path).catch(() => undefined)
  if (facts !== undefined && Date.now() - facts.mtimeMs > staleMs) await rm(path, { force: true })
}

/** Whether the process of an id runs; a part without owner has none. */
function isAlive(owner: string | undefined): boolean {
  if (owner === undefined || !/^\d{1,10}$/.test(owner)) return false
  try {
    process.kill(Number(owner), 0)
    return true
  } catch (error) {
    // It runs, and belongs to somebody else.
    return errorCode(error) === 'EPERM'
  }
}
