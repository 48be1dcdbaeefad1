import { CliError } from '../cli-error.ts'

/**
 * What is to be typed for which command, from `COMMAND=WORD` pairs.
 *
 * @throws CliError `MB_CLI_VALUE`
 */
export function parseCommandWords(pairs: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [command, word, ...more] = pair.split('=')
      if (command !== undefined && word !== undefined && more.length === 0) return [command, word]
      throw new CliError('MB_CLI_VALUE', `Cannot read "${pair}": it is no COMMAND=WORD`, {
        hint: 'Write it as --word outline=toc',
      })
    }),
  )
}
