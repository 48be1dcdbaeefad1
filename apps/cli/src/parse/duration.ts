import { CliError } from '../cli-error.ts'
import { quoteAt } from './quote-at.ts'

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/**
 * Milliseconds of a duration such as `10s`: a number and ms, s, m or h; without a unit it means seconds.
 *
 * @param place where it was written, as errors tell it
 * @throws CliError `MB_CLI_VALUE`
 */
export function parseDuration(text: string, place?: string): number {
  const [, amount, unit] = /^(\d{1,12}(?:\.\d{1,6})?)(ms|s|m|h)?$/.exec(text) ?? []
  const milliseconds = Math.floor(Number(amount) * (units[unit ?? 's'] ?? Number.NaN))
  if (Number.isSafeInteger(milliseconds) && milliseconds > 0) return milliseconds
  throw new CliError(
    'MB_CLI_VALUE',
    `Cannot read ${quoteAt(text, place)} as a duration: it is no time`,
    { hint: 'Write it as 500ms, 10s, 5m or 1h' },
  )
}
