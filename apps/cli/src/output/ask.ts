import { createInterface } from 'node:readline/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { CliError } from '../cli-error.ts'

/** The terminal that a question goes to. */
export interface QuestionTerminal {
  readonly stdin: NodeJS.ReadableStream
  readonly stderr: { write(text: string): unknown }
  readonly signal: AbortSignal
}

// Long enough for a paste to arrive, too short for a person to have read the question.
const discardMs = 50

/**
 * Asks a yes-or-no question. Yes is a line `y` or `yes`, and nothing else: no single key, and nothing that was typed or
 * pasted before the question stood there.
 *
 * @throws CliError `MB_CLI_INTERRUPTED` when the answer is Ctrl-C or the end of input
 */
export async function ask(question: string, terminal: QuestionTerminal): Promise<boolean> {
  const { stdin, stderr, signal } = terminal
  // Not in raw mode, where Ctrl-C would no longer be a signal.
  const lines = createInterface({ input: stdin, terminal: false })
  try {
    await delay(discardMs, undefined, { signal })
    stderr.write(`${question} [y/N] `)
    return isYes(await nextLine(lines, signal))
  } finally {
    lines.close()
  }
}

function nextLine(lines: ReturnType<typeof createInterface>, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    lines.once('line', resolve)
    lines.once('close', () => {
      reject(new CliError('MB_CLI_INTERRUPTED', 'Cannot go on: the question was not answered'))
    })
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

function isYes(line: string): boolean {
  return ['y', 'yes'].includes(line.trim().toLowerCase())
}
