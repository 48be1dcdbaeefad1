import { watch, type FSWatcher } from 'node:fs'

/** How folders are watched. */
export interface FolderWatchOptions {
  /** How long nothing may happen before what happened is told. */
  readonly settleMs: number
  /** The longest time after which something is told, whether it was seen to happen or not. */
  readonly rescanMs: number
  readonly signal: AbortSignal | undefined
}

/** The most folders that are watched: each takes a descriptor of the system, of which all programs have a share. */
export const maxWatched = 512

/** Tells when something happens in folders. What it cannot watch is left to be looked at from time to time. */
export class FolderWatch implements Disposable {
  readonly #settleMs: number
  readonly #rescanMs: number
  readonly #signal: AbortSignal | undefined
  readonly #watchers = new Map<string, FSWatcher>()
  #hasHappened = false
  #wake: (() => void) | undefined

  constructor({ settleMs, rescanMs, signal }: FolderWatchOptions) {
    this.#settleMs = settleMs
    this.#rescanMs = rescanMs
    this.#signal = signal
  }

  /** How many folders are watched. */
  get size(): number {
    return this.#watchers.size
  }

  /** Watches a folder too, unless there are too many already. */
  add(folder: string): void {
    if (this.#watchers.has(folder) || this.#watchers.size >= maxWatched) return
    try {
      const watcher = watch(folder, () => this.#happened())
      // The folder is gone, or the system has no more to give.
      watcher.on('error', () => this.#remove(folder))
      this.#watchers.set(folder, watcher)
    } catch {
      // Looked at from time to time.
    }
  }

  /** Watches these folders, and no others. */
  keep(folders: ReadonlySet<string>): void {
    for (const folder of this.#watchers.keys()) if (!folders.has(folder)) this.#remove(folder)
  }

  /** Waits until something has happened and is over, or it is time to look. False when the signal has aborted. */
  async next(): Promise<boolean> {
    const signal = this.#signal
    if (signal?.aborted === true) return false
    if (!this.#hasHappened) await this.#sleep(this.#rescanMs)
    // Somebody who never stops writing is not waited for.
    const end = performance.now() + this.#settleMs * 10
    while (this.#hasHappened && !isAborted(signal) && performance.now() < end) {
      this.#hasHappened = false
      await this.#sleep(this.#settleMs)
    }
    return !isAborted(signal)
  }

  [Symbol.dispose](): void {
    this.keep(new Set())
  }

  #remove(folder: string): void {
    this.#watchers.get(folder)?.close()
    this.#watchers.delete(folder)
  }

  #happened(): void {
    this.#hasHappened = true
    this.#wake?.()
  }

  /** Until something happens, the signal aborts, or the time is over. */
  async #sleep(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    // The longest that a timer can wait.
    const timer = setTimeout(resolve, Math.min(ms, 2 ** 31 - 1))
    const wake = (): void => resolve()
    this.#wake = wake
    this.#signal?.addEventListener('abort', wake)
    await promise
    this.#signal?.removeEventListener('abort', wake)
    clearTimeout(timer)
    this.#wake = undefined
  }
}

function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true
}
