import { constants, createReadStream } from 'node:fs'
import { access, copyFile, link, mkdir, open, rename, rm } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { errorCode, syncDirectory } from '@mb/kernel'
import type { BlobStore } from './blob-store.ts'

const digest = /^[0-9a-f]{64}$/

/** Packages as files of a folder: `sha256/ab/cd/<hex>`. */
export class FileBlobs implements BlobStore {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  async put(sha256: string, file: string): Promise<void> {
    const path = this.#path(sha256)
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`
    try {
      // A link costs nothing and is as whole as its target; across file systems there is none.
      await link(file, temporary).catch(() => copyFile(file, temporary, constants.COPYFILE_EXCL))
      const handle = await open(temporary)
      await handle.sync().finally(() => handle.close())
      await rename(temporary, path)
    } finally {
      // Renaming one name of a file onto another name of it does nothing, and leaves both.
      await rm(temporary, { force: true })
    }
    await this.#syncAbove(path)
  }

  async has(sha256: string): Promise<boolean> {
    return access(this.#path(sha256)).then(
      () => true,
      (error: unknown) => {
        if (errorCode(error) === 'ENOENT') return false
        throw error
      },
    )
  }

  async read(sha256: string, { start, end }: { start: number; end: number }): Promise<Readable> {
    const handle = await open(this.#path(sha256))
    return createReadStream('', { fd: handle, start, end })
  }

  async #syncAbove(path: string): Promise<void> {
    for (let folder = dirname(path); folder.length >= this.#folder.length; folder = dirname(folder))
      await syncDirectory(folder)
  }

  /** Only a digest becomes a path. */
  #path(sha256: string): string {
    if (!digest.test(sha256)) throw new TypeError(`Cannot find a package by "${sha256}"`)
    return join(this.#folder, 'sha256', sha256.slice(0, 2), sha256.slice(2, 4), sha256)
  }
}
