import type { FileHandle } from 'node:fs/promises'

/** Most files that are written down at a time; each is open for as long. */
const maxOpen = 32

/**
 * Files whose content was written, until they are on the disk with their modes. They get there side by side: a disk that
 * is asked to write down one file at a time takes as many turns as there are files.
 */
export class WrittenFiles implements AsyncDisposable {
  readonly #isFlushed: boolean
  #open: Promise<void>[] = []
  #failure: { readonly error: unknown } | undefined

  /** @param isFlushed whether their content is on the disk when they are finished, beside their modes */
  constructor({ isFlushed }: { readonly isFlushed: boolean }) {
    this.#isFlushed = isFlushed
  }

  /**
   * Takes a file over, and closes it.
   *
   * @throws what went wrong with one of those before
   */
  async take(file: FileHandle, mode: number): Promise<void> {
    this.#open.push(this.#writeDown(file, mode))
    if (this.#open.length >= maxOpen) await this.finish()
  }

  /**
   * Waits for all of them.
   *
   * @throws what went wrong with the first
   */
  async finish(): Promise<void> {
    await this[Symbol.asyncDispose]()
    if (this.#failure !== undefined) throw this.#failure.error
  }

  /** Waits until none is written to any more, however that ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#open.splice(0))
  }

  async #writeDown(file: FileHandle, mode: number): Promise<void> {
    try {
      await using _ = file
      // Past the umask of whoever installs, so that the digest tree finds the modes that were packaged.
      await file.chmod(mode)
      if (this.#isFlushed) await file.sync()
    } catch (error) {
      this.#failure ??= { error }
    }
  }
}
