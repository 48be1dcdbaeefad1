import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs'
import { errorCode } from '@mb/kernel'
import { CliError } from '../../cli-error.ts'
import { jsonLine } from '../../output/json-text.ts'

/** A file of JSON lines that is only ever added to, for its owner's eyes. What cannot be recorded in it is not done. */
export class AuditFile implements Disposable {
  readonly #path: string
  readonly #file: number
  readonly #failing = new AbortController()

  /** @throws CliError `MB_CLI_AUDIT` when it cannot be written */
  constructor(path: string) {
    this.#path = path
    try {
      this.#file = openSync(path, flags, 0o600)
    } catch (error) {
      throw unwritable(path, errorCode(error) ?? String(error), error)
    }
    if (fstatSync(this.#file).isFile()) return
    closeSync(this.#file)
    throw unwritable(path, 'it is no file')
  }

  /** Aborted with the error once a line could not be written. */
  get failed(): AbortSignal {
    return this.#failing.signal
  }

  /** Adds a line. It does not throw: whoever decides may not fail in the middle. */
  append(entry: Readonly<Record<string, unknown>>): void {
    if (this.failed.aborted) return
    try {
      // One write to a file opened for appending: lines of two processes never mix.
      const line = Buffer.from(jsonLine(entry))
      if (writeSync(this.#file, line) !== line.length) throw new Error('the disk is full')
    } catch (error) {
      const state = errorCode(error) ?? (error instanceof Error ? error.message : String(error))
      this.#failing.abort(unwritable(this.#path, state, error))
    }
  }

  [Symbol.dispose](): void {
    closeSync(this.#file)
  }
}

// A link would have lines written elsewhere, and a pipe that nobody reads would be waited for.
const flags =
  constants.O_APPEND |
  constants.O_CREAT |
  constants.O_WRONLY |
  (constants.O_NOFOLLOW ?? 0) |
  (constants.O_NONBLOCK ?? 0)

function unwritable(path: string, state: string, cause?: unknown): CliError {
  return new CliError(
    'MB_CLI_AUDIT',
    `Cannot write the audit file ${JSON.stringify(path)}: ${state}`,
    {
      hint: 'Name a file in a folder that you can write to, and no link: what cannot be recorded is not run',
      ...(cause === undefined ? {} : { cause }),
    },
  )
}
