import { closeSync, constants, openSync, readlinkSync } from 'node:fs'
import { refusal } from './refusal.ts'

/**
 * Folders by their descriptors: whoever puts a link in the place of one, or of one above it, moves nothing of what is made, renamed
 * and taken away there.
 */
export class EnteredFolders implements Disposable {
  readonly #descriptors = new Map<string, number>()

  /**
   * A path of the folder that leads to it wherever it is moved.
   *
   * @throws SandboxError `MB_SANDBOX_POLICY` when it is somewhere else already; Error of the file system
   */
  enter(folder: string): string {
    const descriptor =
      this.#descriptors.get(folder) ??
      openSync(folder, pathOnly | constants.O_DIRECTORY | constants.O_NOFOLLOW)
    const isNew = !this.#descriptors.has(folder)
    this.#descriptors.set(folder, descriptor)
    const place = `/proc/self/fd/${descriptor}`
    if (isNew && readlinkSync(place) !== folder)
      throw refusal(folder, 'it was just moved', 'Try again')
    return place
  }

  [Symbol.dispose](): void {
    for (const descriptor of this.#descriptors.values()) closeSync(descriptor)
    this.#descriptors.clear()
  }
}

// asm-generic/fcntl.h: O_PATH, for which a folder need not be open to be listed
const pathOnly = 0x20_0000
