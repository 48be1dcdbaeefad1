import { MbError, type ErrorKind, type MbErrorOptions } from '@mb/kernel'

/** Codes thrown by this package. */
export type MarketplaceErrorCode =
  | 'MB_MARKETPLACE_REPOSITORY'
  | 'MB_MARKETPLACE_SPEC'
  | 'MB_MARKETPLACE_AMBIGUOUS'
  | 'MB_MARKETPLACE_NOT_FOUND'
  | 'MB_MARKETPLACE_UNREACHABLE'
  | 'MB_MARKETPLACE_TIMEOUT'
  | 'MB_MARKETPLACE_ANSWER'
  | 'MB_MARKETPLACE_TOO_LARGE'
  | 'MB_MARKETPLACE_TRUNCATED'
  | 'MB_MARKETPLACE_REDIRECT'
  | 'MB_MARKETPLACE_RATE_LIMITED'
  | 'MB_MARKETPLACE_UNAUTHORIZED'
  | 'MB_MARKETPLACE_TOKEN_EXPIRED'
  | 'MB_MARKETPLACE_FORBIDDEN'
  | 'MB_MARKETPLACE_KEY_CHANGED'
  | 'MB_MARKETPLACE_DIGEST_MISMATCH'
  | 'MB_MARKETPLACE_SIGNATURE_INVALID'
  | 'MB_MARKETPLACE_REJECTED'
  | 'MB_MARKETPLACE_VERSION_EXISTS'
  | 'MB_MARKETPLACE_PROBLEM'

/** What each code means. */
export const marketplaceErrors: Readonly<Record<MarketplaceErrorCode, ErrorKind>> = {
  MB_MARKETPLACE_REPOSITORY: {
    category: 'configuration',
    outcome: 'usage',
    summary:
      'A marketplace is set up with a name or address that cannot be used, or is not set up.',
  },
  MB_MARKETPLACE_SPEC: {
    category: 'operation',
    outcome: 'usage',
    summary: 'What was asked for is no plugin id with a range of versions.',
  },
  MB_MARKETPLACE_AMBIGUOUS: {
    category: 'operation',
    outcome: 'usage',
    summary: 'A bare name is that of plugins in several namespaces.',
  },
  MB_MARKETPLACE_NOT_FOUND: {
    category: 'resource',
    outcome: 'not-found',
    summary: 'No marketplace that may serve it has this plugin, version or key.',
  },
  MB_MARKETPLACE_UNREACHABLE: {
    category: 'resource',
    outcome: 'network',
    summary: 'A marketplace cannot be reached, or says that it cannot answer now.',
  },
  MB_MARKETPLACE_TIMEOUT: {
    category: 'resource',
    outcome: 'network',
    summary: 'A marketplace took longer than the time that it is given.',
  },
  MB_MARKETPLACE_ANSWER: {
    category: 'operation',
    outcome: 'network',
    summary: 'A marketplace answered what is no answer of this protocol, or to another question.',
  },
  MB_MARKETPLACE_TOO_LARGE: {
    category: 'resource',
    outcome: 'network',
    summary: 'An answer or a package is larger than announced, or than is taken.',
  },
  MB_MARKETPLACE_TRUNCATED: {
    category: 'resource',
    outcome: 'network',
    summary: 'An answer ended before it was whole.',
  },
  MB_MARKETPLACE_REDIRECT: {
    category: 'operation',
    outcome: 'network',
    summary: 'A marketplace leads to another host, or in circles.',
  },
  MB_MARKETPLACE_RATE_LIMITED: {
    category: 'resource',
    outcome: 'network',
    summary: 'A marketplace asks to be asked less often.',
  },
  MB_MARKETPLACE_UNAUTHORIZED: {
    category: 'operation',
    outcome: 'refused',
    summary: 'A marketplace needs a token for this, or does not know the one it got.',
  },
  MB_MARKETPLACE_TOKEN_EXPIRED: {
    category: 'operation',
    outcome: 'refused',
    summary: 'The token for a marketplace has expired.',
  },
  MB_MARKETPLACE_FORBIDDEN: {
    category: 'operation',
    outcome: 'refused',
    summary: 'The token does not allow this, or the key is not enrolled for the namespace.',
  },
  MB_MARKETPLACE_KEY_CHANGED: {
    category: 'operation',
    outcome: 'refused',
    summary: 'A namespace is signed for by another key than the ones known from before.',
  },
  MB_MARKETPLACE_DIGEST_MISMATCH: {
    category: 'operation',
    outcome: 'refused',
    summary: 'A downloaded package is not the one that was announced.',
  },
  MB_MARKETPLACE_SIGNATURE_INVALID: {
    category: 'operation',
    outcome: 'refused',
    summary:
      'A version is not signed by the key that is named, or the signature is about another one.',
  },
  MB_MARKETPLACE_REJECTED: {
    category: 'operation',
    outcome: 'refused',
    summary: 'A marketplace does not take a package; the reasons are in the details.',
  },
  MB_MARKETPLACE_VERSION_EXISTS: {
    category: 'operation',
    outcome: 'refused',
    summary: 'A version was published before, with other content.',
  },
  MB_MARKETPLACE_PROBLEM: {
    category: 'operation',
    summary: 'A marketplace reports a problem that has no code of its own here.',
  },
}

/** Thrown by `@mb/marketplace-client`. */
export class MarketplaceError extends MbError<MarketplaceErrorCode> {
  constructor(code: MarketplaceErrorCode, message: string, options?: MbErrorOptions) {
    super(code, message, marketplaceErrors[code], options)
  }
}
