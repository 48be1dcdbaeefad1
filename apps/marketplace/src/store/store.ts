import type {
  EnrolledKey,
  PluginDetail,
  PublishState,
  PublishStatus,
  Reason,
  SearchResult,
  VersionDetail,
  VersionSummary,
} from '@mb/marketplace-protocol'

/** What a marketplace remembers. Each method is one transaction. */
export interface Store extends Disposable {
  readonly accounts: AccountStore
  readonly keys: KeyStore
  readonly publishes: PublishStore
  readonly catalogue: Catalogue
  /** @throws when nothing could be written now */
  checkWritable(): void
}

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

/** Who may publish where, and by which tokens. */
export interface AccountStore {
  /** @throws ServerError `MB_SERVER_ACCOUNT`, `MB_SERVER_NAMESPACE` */
  add(account: Account, at: string): void
  list(): readonly Account[]
  /** @throws ServerError `MB_SERVER_ACCOUNT` */
  addToken(token: Omit<TokenRecord, 'isRevoked'>, hash: string): void
  tokens(): readonly TokenRecord[]
  /** @returns whether there was one to revoke */
  revokeToken(id: string, at: string): boolean
  findToken(hash: string): { readonly token: TokenRecord; readonly account: Account } | undefined
}

/** The public keys that namespaces sign with. */
export interface KeyStore {
  of(namespace: string): readonly EnrolledKey[]
  /** Whether there is such a namespace. */
  hasNamespace(namespace: string): boolean
  /** @returns false when the namespace has it already */
  add(namespace: string, key: EnrolledKey): boolean
  /** @returns whether there was one to remove */
  remove(namespace: string, keyId: string, at: string): boolean
}

/** A publish as it stands, with what only the server knows of it. */
export interface PublishRecord extends PublishStatus {
  readonly account: string
  readonly namespace: string
}

/** What a publish becomes next. */
export interface PublishChange {
  readonly state: Exclude<PublishState, 'received' | 'live'>
  readonly plugin?: string
  readonly version?: string
  readonly reasons?: readonly Reason[]
  readonly warnings?: readonly Reason[]
  readonly finishedAt?: string
}

/** Packages on their way in, and what became of them. */
export interface PublishStore {
  add(publish: PublishRecord): void
  get(id: string): PublishRecord | undefined
  /** The newest publish of these bytes in a namespace that was not rejected. */
  findSame(namespace: string, sha256: string): PublishRecord | undefined
  /** Those that have no end yet, the oldest first. */
  unfinished(): readonly PublishRecord[]
  advance(id: string, change: PublishChange): void
}

/** All that becomes visible when a version goes live. */
export interface LiveVersion {
  readonly detail: VersionDetail
  readonly about: About
  /** Digest of what its manifest says beside its platforms: all artefacts of a version have the same. */
  readonly likeness?: string
}

/** A version as it is made for some platforms, as what comes beside it is held against it. */
export interface Artefact {
  /** All others, when empty. */
  readonly platforms: readonly string[]
  /** Of its archive. */
  readonly sha256: string
  /** Absent for one that was published before there were several. */
  readonly likeness?: string
}

/** What a plugin says of itself. */
export interface About {
  readonly description: string
  readonly author: string
  readonly keywords: readonly string[]
  readonly license?: string
  readonly homepage?: string
  readonly repository?: string
  readonly readme?: string
}

/** Some of what is found. */
export interface Page {
  readonly limit: number
  readonly offset: number
}

/** What everybody may see. */
export interface Catalogue {
  /** Makes a version visible and its publish live, both or neither. @returns false when it is there for these platforms */
  goLive(publishId: string, live: LiveVersion): boolean
  search(query: string, page: Page): SearchResult
  plugin(id: string): PluginDetail | undefined
  /** Newest first. */
  versions(id: string): readonly VersionSummary[] | undefined
  /**
   * A version as it is made most closely for a platform; without one the artefact for all, which comes before others,
   * or else the first that there was.
   */
  version(id: string, version: string, platform?: string): VersionDetail | undefined
  /** What a version is made of, the first one first; none when there is no such version. */
  artefacts(id: string, version: string): readonly Artefact[]
  /** Whether a version is served from these bytes. */
  hasArchive(sha256: string): boolean
}
