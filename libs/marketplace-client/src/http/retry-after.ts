const maxSeconds = 10_000_000
// RFC 9110, 5.6.7: the form that servers have to send, and the only one of three that has no two meanings.
const imfDate =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d{2}:\d{2}:\d{2} GMT$/

/**
 * Reads a `Retry-After` header (RFC 9110, 10.2.3): seconds, or a date.
 *
 * @returns milliseconds from now on, at least 0; undefined when it is neither
 */
export function readRetryAfter(value: string, now: number): number | undefined {
  const text = value.trim()
  if (/^\d{1,10}$/.test(text)) return Math.min(Number(text), maxSeconds) * 1000
  if (!imfDate.test(text)) return undefined
  const at = Date.parse(text)
  return Number.isNaN(at) ? undefined : Math.min(Math.max(0, at - now), maxSeconds * 1000)
}
