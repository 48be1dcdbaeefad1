import { lstatSync, readlinkSync, renameSync, symlinkSync, type Stats } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { GuardedName } from './cover.ts'
import { EnteredFolders } from './entered-folders.ts'
import { isPlaceholder, sweepPlace } from './placeholder.ts'

/** Names that no mount keeps: compared with what they were, and put back. */
export class GuardedNames implements Disposable {
  readonly #folders = new EnteredFolders()
  readonly #names: readonly PlacedName[]

  /** @throws SandboxError `MB_SANDBOX_POLICY` when a folder of theirs was moved since */
  constructor(names: readonly GuardedName[]) {
    try {
      this.#names = names.map((name) => ({
        ...name,
        place: join(this.#folders.enter(dirname(name.path)), basename(name.path)),
      }))
    } catch (error) {
      this[Symbol.dispose]()
      throw error
    }
  }

  get isEmpty(): boolean {
    return this.#names.length === 0
  }

  /**
   * Puts back what they were. What took their place is moved aside, where nothing runs it.
   *
   * @returns the paths of those that had been changed
   */
  putBack(): readonly string[] {
    const changed = this.#names.filter((name) => !isUnchanged(name))
    for (const name of changed) restore(name)
    return changed.map(({ path }) => path)
  }

  [Symbol.dispose](): void {
    this.#folders[Symbol.dispose]()
  }
}

interface PlacedName extends GuardedName {
  /** By the descriptor of its folder. */
  readonly place: string
}

function isUnchanged({ place, target }: PlacedName): boolean {
  if (target === undefined) sweepPlace(place)
  const facts = find(place)
  // What another jail holds the name free with: moved aside, it would no more hold it.
  if (target === undefined) return facts === undefined || isPlaceholder(place, facts)
  return facts?.isSymbolicLink() === true && readlinkSync(place) === target
}

function restore({ place, target }: PlacedName): void {
  try {
    if (find(place) !== undefined) renameSync(place, freeName(place))
    if (target !== undefined) symlinkSync(target, place)
  } catch {
    // The folder itself is gone or closed: that it was changed is told all the same.
  }
}

function freeName(place: string): string {
  for (let number = 1; ; number += 1) {
    const name = `${place}.refused-${number}`
    if (find(name) === undefined) return name
  }
}

function find(place: string): Stats | undefined {
  return lstatSync(place, { throwIfNoEntry: false })
}
