import { errorCode } from '@mb/kernel'
import { MarketplaceError } from '../marketplace-error.ts'

/** What was asked, in words: `marketplace "home"`. */
export type Whom = string

/** The error for a connection that cannot be made, or that broke. */
export function networkError(error: unknown, whom: Whom, hasAnswered: boolean): MarketplaceError {
  const code = errorCode(error) ?? ''
  // Node's parser of HTTP names its complaints so.
  if (code.startsWith('HPE_'))
    return new MarketplaceError(
      'MB_MARKETPLACE_ANSWER',
      `Cannot read the answer of ${whom}: it is not HTTP`,
      { hint: checkAddress, cause: error },
    )
  if (hasAnswered)
    return new MarketplaceError(
      'MB_MARKETPLACE_TRUNCATED',
      `Cannot read the answer of ${whom}: it ended before it was whole`,
      { hint: 'Try again', cause: error },
    )
  return new MarketplaceError('MB_MARKETPLACE_UNREACHABLE', `Cannot reach ${whom}: ${why(code)}`, {
    hint: checkAddress,
    cause: error,
  })
}

const checkAddress = 'Check its address, and that it runs'

function why(code: string): string {
  switch (code) {
    case 'ECONNREFUSED':
      return 'nothing answers at its address'
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'its host name is not known'
    case 'ECONNRESET':
    case 'EPIPE':
      return 'it closed the connection'
    case 'ENETUNREACH':
    case 'EHOSTUNREACH':
      return 'there is no way to it'
    default:
      return code === '' ? 'the connection failed' : `the connection failed (${code})`
  }
}

/** The error for a marketplace that took too long. */
export function timeoutError(whom: Whom, what: string, ms: number): MarketplaceError {
  return new MarketplaceError(
    'MB_MARKETPLACE_TIMEOUT',
    `Cannot wait any longer for ${whom}: ${what} within ${ms} ms`,
    { hint: 'Try again later', details: { limitMs: ms } },
  )
}
