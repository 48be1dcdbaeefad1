import { CliError } from '../cli-error.ts'
import { quoteAt } from './quote-at.ts'

const units: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 }

/**
 * Bytes of a size such as `256M`: a number and K, M or G of 1024, with `B` or `iB` behind it or not.
 *
 * @param place where it was written, as errors tell it
 * @throws CliError `MB_CLI_VALUE`
 */
export function parseSize(text: string, place?: string): number {
  const [, amount, unit] = /^(\d{1,12}(?:\.\d{1,6})?)([kmg]?)(?:i?b)?$/i.exec(text) ?? []
  const factor = units[unit?.toLowerCase() ?? '']
  const bytes = Math.floor(Number(amount) * (factor ?? Number.NaN))
  if (Number.isSafeInteger(bytes) && bytes > 0) return bytes
  throw new CliError(
    'MB_CLI_VALUE',
    `Cannot read ${quoteAt(text, place)} as a size: it is no number of bytes`,
    { hint: 'Write it as 256M or 1.5G' },
  )
}
