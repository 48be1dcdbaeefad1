import { setTimeout as sleep } from 'node:timers/promises'
import { MarketplaceError, type MarketplaceErrorCode } from '../marketplace-error.ts'

/** How work is tried again. */
export interface RetryOptions {
  readonly signal: AbortSignal
  readonly random: () => number
  readonly onRetry?: (error: MarketplaceError, afterMs: number) => void
}

const retries = 3
const firstPauseMs = 250
const longestPauseMs = 10_000
/** Somebody waits: a marketplace that asks for more is left alone, and the error says for how long. */
const longestAskedPauseMs = 30_000

/**
 * Does work that may be done twice, up to four times: with pauses of full jitter (uniform from 0 to a bound that
 * doubles), and at least as long as the marketplace asks for.
 */
export async function withRetries<Value>(
  work: () => Promise<Value>,
  { signal, random, onRetry }: RetryOptions,
): Promise<Value> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await work()
    } catch (error) {
      signal.throwIfAborted()
      const asked = pauseAskedBy(error)
      if (attempt >= retries || asked === undefined || asked > longestAskedPauseMs) throw error
      const bound = Math.min(longestPauseMs, firstPauseMs * 2 ** attempt)
      const pause = Math.max(asked, random() * bound)
      if (error instanceof MarketplaceError) onRetry?.(error, pause)
      await sleep(pause, undefined, { signal }).catch(() => signal.throwIfAborted())
    }
  }
}

/** What may be otherwise a moment later. */
const passing: ReadonlySet<MarketplaceErrorCode> = new Set<MarketplaceErrorCode>([
  'MB_MARKETPLACE_UNREACHABLE',
  'MB_MARKETPLACE_TIMEOUT',
  'MB_MARKETPLACE_TRUNCATED',
  'MB_MARKETPLACE_RATE_LIMITED',
])

/** Milliseconds that an error that may pass asks for; undefined for one that will not. */
function pauseAskedBy(error: unknown): number | undefined {
  if (!(error instanceof MarketplaceError)) return undefined
  const { code, details = {} } = error
  const asked = typeof details['retryAfterMs'] === 'number' ? details['retryAfterMs'] : 0
  const status = typeof details['status'] === 'number' ? details['status'] : 0
  if (passing.has(code)) return asked
  return code === 'MB_MARKETPLACE_PROBLEM' && status >= 500 ? asked : undefined
}
