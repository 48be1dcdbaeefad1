import { CliError } from '../cli-error.ts'

/** The terminal that a secret is typed in. */
export interface SecretTerminal {
  readonly stdin: Pick<NodeJS.ReadableStream, 'on' | 'off' | 'pause' | 'resume'> & {
    setRawMode(isRaw: boolean): unknown
  }
  readonly stderr: { write(text: string): unknown }
  readonly signal: AbortSignal
}

const longest = 4096
const keys = {
  interrupt: '\u0003',
  end: '\u0004',
  backspace: '\b',
  delete: '\u007f',
  eraseLine: '\u0015',
} as const

/**
 * Asks for a secret without showing it, not even its length.
 *
 * @throws CliError `MB_CLI_INTERRUPTED` at Ctrl-C or the end of input
 */
export async function askSecret(question: string, terminal: SecretTerminal): Promise<string> {
  const { stdin, stderr, signal } = terminal
  signal.throwIfAborted()
  stderr.write(`${question} (not shown): `)
  // Raw, since a terminal in any other mode echoes; so Ctrl-C comes as a key.
  stdin.setRawMode(true)
  try {
    return await readLine(stdin, signal)
  } finally {
    stdin.setRawMode(false)
    stdin.pause()
    stderr.write('\n')
  }
}

function readLine(stdin: SecretTerminal['stdin'], signal: AbortSignal): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  let typed = ''
  const read = (chunk: Buffer | string): void => {
    for (const key of chunk.toString()) {
      if (key === '\r' || key === '\n') return resolve(typed)
      if (key === keys.interrupt || key === keys.end) return reject(unanswered())
      if (key === keys.backspace || key === keys.delete) typed = typed.slice(0, -1)
      else if (key === keys.eraseLine) typed = ''
      // Whatever else has no place in a token: escape sequences of arrow keys begin with a control.
      else if (key >= ' ' && typed.length < longest) typed += key
    }
  }
  const ended = (): void => reject(unanswered())
  const aborted = (): void => reject(signal.reason)
  stdin.on('data', read)
  stdin.on('end', ended)
  signal.addEventListener('abort', aborted, { once: true })
  stdin.resume()
  return promise.finally(() => {
    stdin.off('data', read)
    stdin.off('end', ended)
    signal.removeEventListener('abort', aborted)
  })
}

function unanswered(): CliError {
  return new CliError('MB_CLI_INTERRUPTED', 'Cannot go on: the question was not answered')
}
