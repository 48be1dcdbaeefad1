import { MarketplaceError } from '../marketplace-error.ts'

/** The error for a namespace that is suddenly signed for by another key. */
export function keyChanged(about: {
  readonly namespace: string
  readonly repository: string
  readonly keyId: string
  readonly knownKeys: readonly string[]
}): MarketplaceError {
  const { namespace, repository, keyId, knownKeys } = about
  return new MarketplaceError(
    'MB_MARKETPLACE_KEY_CHANGED',
    `Cannot trust "${namespace}" at marketplace "${repository}": key ${keyId.slice(0, 16)} signs for it, and was never seen before`,
    {
      hint: `Ask its author whether ${keyId} is their new key, and only then accept it`,
      details: { namespace, repository, keyId, knownKeys },
    },
  )
}
