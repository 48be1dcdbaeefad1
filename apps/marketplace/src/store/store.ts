import type {
  PluginDetail,
  PublishState,
  PublishStatus,
  Reason,
  SearchResult,
  VersionDetail,
  VersionSummary,
} from '@mb/marketplace-protocol'

/** Somebody who may publish. */
export interface Account {
  readonly name: string
  readonly namespaces: readonly string[]
}

/** A token, without the token itself. */
export interface TokenRecord {
  readonly id: string
  readonly account: string
  readonly createdAt: string
  readonly expiresAt: string
  readonly isRevoked: boolean
}

/** A public key that a namespace signs with. */
export interface EnrolledKey {
  readonly keyId: string
  readonly publicKey: string
  readonly enrolledAt: string
}

/** A publish as it stands, with what only the server knows of it. */
export interface PublishRecord extends PublishStatus {
  readonly account: string
  readonly namespace: string
}

/** All that becomes visible when a version goes live. */
export interface LiveVersion {
  readonly detail: VersionDetail
  readonly about: {
    readonly description: string
    readonly author: string
    readonly keywords: readonly string[]
    readonly license?: string
    readonly homepage?: string
    readonly repository?: string
    readonly readme?: string
  }
}

/** What became of an attempt to go live. */
export type GoLiveResult = 'live' | 'version-exists'

/** What a marketplace remembers. Each method is one transaction. */
export interface Store extends Disposable {
  // Accounts and tokens
  addAccount(account: Account, at: string): void
  accounts(): readonly Account[]
  addToken(token: Omit<TokenRecord, 'isRevoked'>, hash: string): void
  tokens(): readonly TokenRecord[]
  /** @returns whether there was one to revoke */
  revokeToken(id: string, at: string): boolean
  findToken(hash: string): { readonly token: TokenRecord; readonly account: Account } | undefined

  // Keys
  keys(namespace: string): readonly EnrolledKey[]
  /** @returns false when the namespace has it already */
  addKey(namespace: string, key: EnrolledKey): boolean
  /** @returns whether there was one to remove */
  removeKey(namespace: string, keyId: string, at: string): boolean

  // Publishes
  addPublish(publish: PublishRecord): void
  /** The newest publish of these bytes in a namespace that was not rejected. */
  findPublishOf(namespace: string, sha256: string): PublishRecord | undefined
  publish(id: string): PublishRecord | undefined
  unfinishedPublishes(): readonly PublishRecord[]
  advancePublish(
    id: string,
    change: {
      readonly state: Exclude<PublishState, 'live'>
      readonly plugin?: string
      readonly version?: string
      readonly reasons?: readonly Reason[]
      readonly warnings?: readonly Reason[]
      readonly finishedAt?: string
    },
  ): void
  /** Makes a version visible and its publish live, both or neither. */
  goLive(id: string, live: LiveVersion): GoLiveResult

  // What everybody may see
  search(query: string, page: { readonly limit: number; readonly offset: number }): SearchResult
  plugin(id: string): PluginDetail | undefined
  versions(id: string): readonly VersionSummary[] | undefined
  version(id: string, version: string): VersionDetail | undefined

  /** @throws when nothing could be written now */
  checkWritable(): void
}
