import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { isVisible, type ExpectedMount } from './jail-plan.ts'

/** The files that a program reads as it begins, as far as the host knows them: those that it is given by name. */
export class ProgramFiles {
  readonly #seen: ReadonlyMap<string, string | undefined>

  /**
   * @param words its command and arguments, and what else is a path of such a file
   * @param mounts what it sees
   * @param cwd where it starts
   */
  constructor(words: readonly string[], mounts: readonly ExpectedMount[], cwd: string) {
    const named = words
      .filter((word) => !word.startsWith('-') && word.length < longestPath)
      .map((word) => resolve(cwd, word))
      .filter((path) => isVisible(mounts, path))
    const marks = named.map((path) => [path, readMark(path)] as const)
    this.#seen = new Map(marks.filter(([, mark]) => mark !== undefined))
  }

  /** Whether one of them was written to, or replaced: a program that begins now would be another. */
  haveChanged(): boolean {
    return [...this.#seen].some(([path, mark]) => readMark(path) !== mark)
  }
}

// PATH_MAX of Linux: what is longer is no path, but perhaps the program itself.
const longestPath = 4096

/** Undefined for what is no plain file: a folder is read when something in it is looked for. */
function readMark(path: string): string | undefined {
  try {
    const facts = statSync(path, { bigint: true, throwIfNoEntry: false })
    if (facts?.isFile() !== true) return undefined
    const { dev, ino, size, mtimeNs, ctimeNs } = facts
    return [dev, ino, size, mtimeNs, ctimeNs].join(' ')
  } catch {
    // A folder above it may not be looked into any more, or it loops.
    return undefined
  }
}
