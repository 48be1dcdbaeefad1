import { open, rm, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { errorCode } from './errors.ts'
import { readTextBounded, syncDirectory } from './files.ts'
import { KernelError } from './kernel-error.ts'

/** A step that was about to be taken, or was taken: a name and what is needed to finish or undo it. */
export interface JournalEntry {
  readonly step: string
  readonly [fact: string]: unknown
}

const maxBytes = 16 * 1024 * 1024

/**
 * The steps of one multi-step change, each on disk before it is taken: after a crash, whoever comes next reads them
 * and finishes or undoes the change.
 *
 * One JSON object a line, flushed at each {@link Journal.append}; {@link Journal.finish} removes the file.
 */
export class Journal implements AsyncDisposable {
  readonly path: string
  readonly #file: FileHandle

  private constructor(path: string, file: FileHandle) {
    this.path = path
    this.#file = file
  }

  /** Begins a change. Fails with `EEXIST` when one of that name is under way or was left by a crash. */
  static async begin(path: string): Promise<Journal> {
    const file = await open(path, 'wx', 0o600)
    await syncDirectory(dirname(path))
    return new Journal(path, file)
  }

  /** Writes a step down; it is on disk when this returns. */
  async append(entry: JournalEntry): Promise<void> {
    await this.#file.appendFile(`${JSON.stringify(entry)}\n`)
    await this.#file.datasync()
  }

  /** The change is whole: the journal goes. */
  async finish(): Promise<void> {
    await rm(this.path, { force: true })
    await syncDirectory(dirname(this.path))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close()
  }
}

/**
 * The steps that a journal holds. A last line without an end was being written when the crash came: its step was
 * never taken, so it is left out.
 *
 * @returns undefined when there is no such journal
 * @throws KernelError `MB_JOURNAL_BROKEN` for any other damage; `MB_FILE_TOO_LARGE` over 16 MiB
 */
export async function readJournal(path: string): Promise<readonly JournalEntry[] | undefined> {
  let text: string
  try {
    text = await readTextBounded(path, { maxBytes })
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  return whole
    .split('\n')
    .filter((line) => line !== '')
    .map((line, index) => parseEntry(line, path, index + 1))
}

function parseEntry(line: string, path: string, number: number): JournalEntry {
  try {
    const entry: unknown = JSON.parse(line)
    if (isEntry(entry)) return entry
  } catch {
    // falls through to the one error below
  }
  throw new KernelError(
    'MB_JOURNAL_BROKEN',
    `Cannot read journal "${path}": line ${number} is damaged`,
    {
      hint: 'Run `mb plugin list` to see what is installed, then remove the journal',
    },
  )
}

function isEntry(value: unknown): value is JournalEntry {
  return (
    typeof value === 'object' && value !== null && 'step' in value && typeof value.step === 'string'
  )
}
