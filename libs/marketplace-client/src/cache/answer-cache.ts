import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { makeFolder, readFileBounded, sha256, writeFileAtomic } from '@mb/kernel'
import { wireLimits } from '@mb/marketplace-protocol'
import { decodeEntry, encodeEntry, type CacheEntry } from './cache-entry.ts'

const maxEntryBytes = wireLimits.answerBytes + 16 * 1024
/** Of all files together, for one marketplace. */
const maxBytes = 32 * 1024 * 1024
/** An ETag is a few dozen characters; a longer one would be sent with each request. */
const maxEtagLength = 256

/**
 * Answers of one marketplace with their ETag, each in a file of its own. It is asked every time whether they still
 * hold; what is damaged is as good as absent, and what cannot be written is not kept.
 */
export class AnswerCache {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  /** The answer that is kept. */
  async find(url: string): Promise<CacheEntry | undefined> {
    try {
      const bytes = await readFileBounded(this.#fileOf(url), { maxBytes: maxEntryBytes })
      return decodeEntry(bytes, url)
    } catch {
      return undefined
    }
  }

  /** Keeps an answer. */
  async keep(entry: CacheEntry): Promise<void> {
    if (entry.etag.length > maxEtagLength || !/^(?:W\/)?"[\x21\x23-\x7e]*"$/.test(entry.etag))
      return
    try {
      await makeFolder(this.#folder, { mode: 0o700 })
      await writeFileAtomic(this.#fileOf(entry.url), encodeEntry(entry), { mode: 0o600 })
      await this.#prune()
    } catch {
      // A full disk, or a folder that is not ours to write: the next question costs an answer more.
    }
  }

  /** Forgets the oldest until the rest fits. */
  async #prune(): Promise<void> {
    const names = await readdir(this.#folder)
    const files = await Promise.all(
      names.map(async (name) => {
        const file = join(this.#folder, name)
        const facts = await stat(file).catch(() => undefined)
        return { file, bytes: facts?.size ?? 0, writtenAt: facts?.mtimeMs ?? 0 }
      }),
    )
    let total = files.reduce((sum, { bytes }) => sum + bytes, 0)
    for (const { file, bytes } of files.toSorted((a, b) => a.writtenAt - b.writtenAt)) {
      if (total <= maxBytes) return
      await rm(file, { force: true })
      total -= bytes
    }
  }

  #fileOf(url: string): string {
    return join(this.#folder, sha256(url))
  }
}
