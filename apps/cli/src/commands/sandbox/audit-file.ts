import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readSync,
  writeSync,
} from 'node:fs'
import { dirname, resolve } from 'node:path'
import { errorCode } from '@mb/kernel'
import { CliError } from '../../cli-error.ts'
import { jsonLine } from '../../output/json-text.ts'

/** A file of JSON lines that is only ever added to, for its owner's eyes. What cannot be recorded in it is not done. */
export class AuditFile implements Disposable {
  readonly #path: string
  readonly #file: number
  readonly #failing = new AbortController()
  /** Ends the half of a line that a full disk has left, before the first one. */
  #before = ''

  /** @throws CliError `MB_CLI_AUDIT` when it cannot be written */
  constructor(path: string) {
    this.#path = path
    try {
      this.#file = openSync(path, flags, 0o600)
    } catch (error) {
      throw unwritable(path, errorCode(error) ?? String(error), error)
    }
    const facts = fstatSync(this.#file)
    if (!facts.isFile()) {
      closeSync(this.#file)
      throw unwritable(path, 'it is no file')
    }
    const last = Buffer.alloc(1)
    if (
      facts.size > 0 &&
      readSync(this.#file, last, 0, 1, facts.size - 1) === 1 &&
      last.toString() !== '\n'
    )
      this.#before = '\n'
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
      const line = Buffer.from(`${this.#before}${jsonLine(entry)}`)
      this.#before = ''
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

/**
 * The file that is named for a record, as an absolute path.
 *
 * @throws CliError `MB_CLI_VALUE` for standard output, which is the command's
 */
export function auditPath(named: string, workspace: string): string {
  if (named !== '-') return resolve(workspace, named)
  throw new CliError('MB_CLI_VALUE', 'Cannot record on standard output: the command prints there', {
    hint: 'Name a file; --json holds the report, too',
  })
}

/**
 * Looks whether a file could be recorded in, and makes none.
 *
 * @throws CliError `MB_CLI_AUDIT`
 */
export function requireWritable(path: string): void {
  try {
    const facts = lstatSync(path, { throwIfNoEntry: false })
    if (facts !== undefined && !facts.isFile()) throw new Error('it is no file')
    accessSync(facts === undefined ? dirname(path) : path, constants.W_OK)
  } catch (error) {
    const state = errorCode(error) ?? (error instanceof Error ? error.message : String(error))
    throw unwritable(path, state, error)
  }
}

// A link would have lines written elsewhere, and a pipe that nobody reads would be waited for.
const flags =
  constants.O_APPEND |
  constants.O_CREAT |
  constants.O_RDWR |
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
