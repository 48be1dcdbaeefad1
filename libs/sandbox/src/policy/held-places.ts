import { lstatSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { errorCode } from '@mb/kernel'
import type { Cover } from './cover.ts'
import { EnteredFolders } from './entered-folders.ts'
import { holdPlace, releasePlace, type Placeholder } from './placeholder.ts'
import { refusal } from './refusal.ts'

/** Names in granted folders that nothing can get while this is held. */
export class HeldPlaces implements Disposable {
  readonly #places: HeldPlace[] = []
  readonly #folders = new EnteredFolders()

  /** @throws SandboxError `MB_SANDBOX_POLICY` where a name cannot be held that the program could make */
  constructor(absent: readonly string[]) {
    try {
      for (const path of absent) this.#hold(path)
    } catch (error) {
      this[Symbol.dispose]()
      throw error
    }
  }

  get covers(): readonly Cover[] {
    return this.#places.map(({ path, placeholder }) => {
      const { dev: device, ino: inode } = lstatSync(placeholder.token)
      const from = join(path, basename(placeholder.token))
      return { kind: 'held', path, from, device, inode }
    })
  }

  [Symbol.dispose](): void {
    for (const { placeholder } of this.#places.splice(0)) releasePlace(placeholder)
    this.#folders[Symbol.dispose]()
  }

  #hold(path: string): void {
    const folder = dirname(path)
    try {
      this.#places.push({
        path,
        placeholder: holdPlace(join(this.#folders.enter(folder), basename(path))),
      })
    } catch (error) {
      const code = errorCode(error)
      // Nobody can make it, the program neither.
      if (code === 'EROFS') return
      const isClosed = code === 'EACCES' || code === 'EPERM'
      // Whose folder it is can open it again.
      if (isClosed && lstatSync(folder, { throwIfNoEntry: false })?.uid !== process.getuid?.())
        return
      const state = isClosed
        ? 'nothing can be made in it, and its owner could change that'
        : `"${path}" could not be held free (${code ?? String(error)})`
      throw refusal(folder, state, isClosed ? 'Grant it for reading' : hintFor(code))
    }
  }
}

function hintFor(code: string | undefined): string {
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return 'Make room on its disk, or grant it for reading'
  return 'Try again'
}

interface HeldPlace {
  readonly path: string
  /** By the descriptor of its folder. */
  readonly placeholder: Placeholder
}
