import { readFileSync } from 'node:fs'

/** The folder that each thread works in, from what is known of it so far. */
export class WorkingFolders {
  readonly #folders = new Map<number, Buffer>()
  #last: Buffer | undefined

  /** Undefined while nothing is known of any. */
  get(thread: number): Buffer | undefined {
    const known = this.#folders.get(thread)
    if (known !== undefined) return known
    // It begins where whoever started it was.
    const from = startedBy(thread)
    const inherited = (from === undefined ? undefined : this.#folders.get(from)) ?? this.#last
    if (inherited !== undefined) this.#folders.set(thread, inherited)
    return inherited
  }

  set(thread: number, folder: Buffer): void {
    this.#folders.set(thread, folder)
    this.#last = folder
  }

  forget(thread: number): void {
    this.#folders.delete(thread)
  }
}

/** The process that a thread is of, or for its first thread that process' parent; undefined where it has ended since. */
function startedBy(thread: number): number | undefined {
  try {
    const status = readFileSync(`/proc/${thread}/status`, 'utf8')
    const [process, parent] = [/^Tgid:\t(\d+)$/m, /^PPid:\t(\d+)$/m].map((line) =>
      Number(line.exec(status)?.[1]),
    )
    return process === thread ? parent : process
  } catch {
    return undefined
  }
}
