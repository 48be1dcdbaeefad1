import { CliError } from './cli-error.ts'

/**
 * Reads standard input to its end, as text of bounded length.
 *
 * @throws CliError `MB_CLI_VALUE` when there is more
 */
export async function readInput(
  stdin: AsyncIterable<Buffer | string> & { destroy(): unknown },
  options: { readonly maxBytes: number; readonly signal: AbortSignal },
): Promise<string> {
  const { maxBytes, signal } = options
  const chunks: Buffer[] = []
  let length = 0
  const stop = (): void => void stdin.destroy()
  signal.throwIfAborted()
  signal.addEventListener('abort', stop, { once: true })
  try {
    for await (const chunk of stdin) {
      const bytes = Buffer.from(chunk)
      length += bytes.length
      if (length > maxBytes) {
        throw new CliError(
          'MB_CLI_VALUE',
          `Cannot read standard input: it is longer than ${maxBytes} bytes`,
          { hint: 'Pass what was asked for, and nothing else' },
        )
      }
      chunks.push(bytes)
    }
  } catch (error) {
    signal.throwIfAborted()
    throw error
  } finally {
    signal.removeEventListener('abort', stop)
  }
  signal.throwIfAborted()
  return Buffer.concat(chunks).toString('utf8')
}
