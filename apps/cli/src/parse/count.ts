import { CliError } from '../cli-error.ts'
import { quoteAt } from './quote-at.ts'

/**
 * A whole number in bounds.
 *
 * @param place where it was written, as errors tell it
 * @throws CliError `MB_CLI_VALUE`
 */
export function parseCount(
  text: string,
  { least, most }: { readonly least: number; readonly most: number },
  place?: string,
): number {
  const count = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  if (count >= least && count <= most) return count
  throw new CliError(
    'MB_CLI_VALUE',
    `Cannot read ${quoteAt(text, place)} as a number: it is none that fits`,
    { hint: `Give a whole number from ${least} to ${most}` },
  )
}
