import { lstatSync } from 'node:fs'
import { dirname } from 'node:path'
import { errorCode } from '@mb/kernel'
import type { Cover } from './cover.ts'
import { holdPlace, releasePlace, type Placeholder } from './placeholder.ts'
import { refusal } from './refusal.ts'

/** Names in granted folders that nothing can get while this is held. */
export class HeldPlaces implements Disposable {
  readonly #places: Placeholder[] = []

  /** @throws SandboxError `MB_SANDBOX_POLICY` where a name cannot be held that the program could make */
  constructor(absent: readonly string[]) {
    try {
      for (const path of absent) this.#hold(path)
    } catch (error) {
      this[Symbol.dispose]()
      throw error
    }
  }

  get paths(): readonly string[] {
    return this.#places.map(({ path }) => path)
  }

  get covers(): readonly Cover[] {
    return this.#places.map(({ path, token }) => {
      const { dev: device, ino: inode } = lstatSync(token)
      return { kind: 'held', path, from: token, device, inode }
    })
  }

  [Symbol.dispose](): void {
    for (const place of this.#places.splice(0)) releasePlace(place)
  }

  #hold(path: string): void {
    try {
      this.#places.push(holdPlace(path))
    } catch (error) {
      const code = errorCode(error)
      // Nobody can make it, the program neither.
      if (code === 'EROFS') return
      const folder = dirname(path)
      const isClosed = code === 'EACCES' || code === 'EPERM'
      // Whose folder it is can open it again.
      if (isClosed && lstatSync(folder).uid !== process.getuid?.()) return
      const state = isClosed
        ? 'nothing can be made in it, and its owner could change that'
        : `"${path}" could not be held free (${code ?? String(error)})`
      throw refusal(folder, state, isClosed ? 'Grant it for reading' : 'Try again')
    }
  }
}
