/** A version that a repository has of a plugin, as far as it decides whether to become that version. */
export interface UpdateOffer {
  readonly version: string
  /** ISO 8601, UTC. */
  readonly publishedAt?: string | undefined
  /** Why it was taken back; absent when it was not. */
  readonly yanked?: string | undefined
  /** The key that signed it; absent for nobody. */
  readonly keyId?: string | undefined
}

/** Why a version is held back. */
export type HoldKind =
  | 'policy'
  | 'prerelease'
  | 'cooldown'
  | 'yanked'
  | 'unfit'
  | 'older'
  | 'signer'
  | 'unsigned'
  | 'needs'
  | 'permissions'
  | 'scan'
  | 'failed'

/** A version that a plugin does not become, and why. */
export interface HeldOffer {
  readonly version: string
  readonly kind: HoldKind
  /** In words for a person. */
  readonly reason: string
}
