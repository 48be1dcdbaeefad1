import { copyFile, link, mkdir, open, rename, rm } from 'node:fs/promises'
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
    try {
      // Another name of the same bytes: whole at once, and nothing is copied.
      await link(file, path)
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') await copy(file, path)
    }
    for (let folder = dirname(path); folder.length >= this.#folder.length; folder = dirname(folder))
      await syncDirectory(folder)
  }

  async read(sha256: string, { start, end }: { start: number; end: number }): Promise<Readable> {
    const handle = await open(this.#path(sha256))
    return handle.createReadStream({ start, end })
  }

  async remove(sha256: string): Promise<void> {
    await rm(this.#path(sha256), { force: true })
  }

  /** Only a digest becomes a path. */
  #path(sha256: string): string {
    if (!digest.test(sha256)) throw new TypeError(`Cannot find a package by "${sha256}"`)
    return join(this.#folder, 'sha256', sha256.slice(0, 2), sha256.slice(2, 4), sha256)
  }
}

/** For file systems that know no second names. The name in between is always the same, so that a crash leaves one at most. */
async function copy(file: string, path: string): Promise<void> {
  const temporary = `${path}.part`
  await copyFile(file, temporary)
  const handle = await open(temporary, 'r+')
  await handle.sync().finally(() => handle.close())
  await rename(temporary, path)
}
