import {
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { errorCode } from '@mb/kernel'
import { PluginError } from '../plugin-error.ts'

/** One line of the audit log. Redacted by whoever makes it. */
export interface AuditEntry {
  /** `decision` for one call of a plugin to the host, `run` for a whole run. */
  readonly kind: 'decision' | 'run'
  /** ISO 8601, UTC. */
  readonly time: string
  /** `namespace/name`. */
  readonly plugin: string
  readonly version: string
  /** The same for all lines of one run. */
  readonly run: string
  readonly [fact: string]: unknown
}

/** How an {@link AuditLog} is kept. */
export interface AuditLogOptions {
  /** Size at which a new file begins. @default 10 MiB */
  readonly maxBytes?: number
  /** Older files that stay, as `audit.jsonl.1`, the youngest, to `audit.jsonl.5`. @default 5 */
  readonly keep?: number
}

/** What plugins did and were refused: a file of JSON lines that is only ever added to, for its owner's eyes. */
export class AuditLog implements Disposable {
  readonly #path: string
  readonly #maxBytes: number
  readonly #keep: number
  #file: number

  /** @throws PluginError `MB_HOME_UNUSABLE` when it cannot be written: what cannot be recorded is not done */
  constructor(path: string, { maxBytes = 10 * 1024 * 1024, keep = 5 }: AuditLogOptions = {}) {
    this.#path = path
    this.#maxBytes = maxBytes
    this.#keep = keep
    this.#file = this.#attempt(() => {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
      return openFile(path)
    })
  }

  /**
   * Adds a line.
   *
   * @throws PluginError `MB_HOME_UNUSABLE`
   */
  append(entry: AuditEntry): void {
    this.#attempt(() => {
      this.#rotate()
      // One write to a file opened for appending: lines of two processes never mix.
      const line = Buffer.from(`${lineOf(entry)}\n`)
      if (writeSync(this.#file, line) !== line.length) throw new Error('the disk is full')
    })
  }

  [Symbol.dispose](): void {
    closeSync(this.#file)
  }

  #rotate(): void {
    const present = statSync(this.#path, { throwIfNoEntry: false })
    const own = fstatSync(this.#file)
    const isMoved = present?.ino !== own.ino || present.dev !== own.dev
    if (!isMoved && own.size < this.#maxBytes) return
    // Another process may have begun a new file already.
    if (!isMoved) this.#shift()
    const next = openFile(this.#path)
    closeSync(this.#file)
    this.#file = next
  }

  #shift(): void {
    for (let age = this.#keep - 1; age >= 1; age -= 1)
      renameIfThere(`${this.#path}.${age}`, `${this.#path}.${age + 1}`)
    renameIfThere(this.#path, `${this.#path}.1`)
  }

  #attempt<T>(work: () => T): T {
    try {
      return work()
    } catch (error) {
      throw new PluginError(
        'MB_HOME_UNUSABLE',
        `Cannot write the audit log "${this.#path}": ${stateOf(error)}`,
        { hint: 'Make its folder writable: no plugin runs without a record of it', cause: error },
      )
    }
  }
}

// JSON leaves these as they are; whoever looks at the log in a terminal would have a plugin's keys obeyed there.
const obeyed = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu

function lineOf(entry: AuditEntry): string {
  return JSON.stringify(entry).replace(obeyed, (character) =>
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  )
}

function stateOf(error: unknown): string {
  return errorCode(error) ?? (error instanceof Error ? error.message : String(error))
}

function openFile(path: string): number {
  // A link in its place would have lines written elsewhere.
  const noFollow = constants.O_NOFOLLOW ?? 0
  return openSync(
    path,
    constants.O_APPEND | constants.O_CREAT | constants.O_WRONLY | noFollow,
    0o600,
  )
}

function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error
  }
}
