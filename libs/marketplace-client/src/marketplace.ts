import type { Clock, Logger } from '@mb/kernel'
import type { SigningKey } from '@mb/manifest'
import type {
  Account,
  EnrolledKey,
  NamespaceKeys,
  PluginDetail,
  PluginSummary,
  PublishState,
  PublishStatus,
  Service,
  ValidateResult,
  VersionDetail,
  VersionList,
} from '@mb/marketplace-protocol'
import type { Timeouts } from './http/timeouts.ts'
import type { MarketplaceError } from './marketplace-error.ts'
import type { Repository } from './repository/repository.ts'

/** How {@link openMarketplace} is set up. */
export interface MarketplaceOptions {
  readonly repositories: readonly Repository[]
  /** Holds answers with their ETag, downloads that were interrupted, and which keys are known. Made when it is missing. */
  readonly cacheDirectory: string
  /** The token for a marketplace; it is sent to its own address only, and only where one is needed. */
  readonly token?: ((repository: Repository) => Promise<string | undefined>) | undefined
  readonly timeouts?: Partial<Timeouts> | undefined
  readonly logger?: Logger | undefined
  readonly clock?: Clock | undefined
  /** The platform that packages are for, as `linux-x64`. @default that of this machine */
  readonly platform?: string | undefined
  /** From 0 to 1, for the pauses between tries. @default Math.random */
  readonly random?: (() => number) | undefined
}

/** What every question takes. */
export interface AskOptions {
  readonly signal?: AbortSignal | undefined
}

/** How much to find, and from where on. */
export interface SearchOptions extends AskOptions {
  /** 1 to 100. @default 20 */
  readonly limit?: number | undefined
  /** With several marketplaces, `offset + limit` is at most 100. @default 0 */
  readonly offset?: number | undefined
}

/** What the marketplaces found together. */
export interface SearchAnswer {
  /** By the marketplaces' priority; a plugin that several have is that of the first. */
  readonly hits: readonly (PluginSummary & { readonly repository: string })[]
  readonly total: number
  /** Marketplaces that are missing here. */
  readonly failures: readonly { readonly repository: string; readonly error: MarketplaceError }[]
}

/** What {@link Marketplace.find} may accept. */
export interface FindOptions extends AskOptions {
  /** The id of a key that may sign for the namespace from now on, though others are known. */
  readonly acceptKey?: string | undefined
}

/** A version whose signature holds. */
export interface FoundVersion extends VersionDetail {
  /** Name of the marketplace that has it. */
  readonly repository: string
  /** The platform that it was asked for. */
  readonly platform: string
  /** Whether its key is one of those that signed for the namespace before. */
  readonly publicKeyKnown: boolean
  /** Ids of the keys that were known for the namespace when it was found. */
  readonly knownKeys: readonly string[]
}

/** How far a transfer is. */
export interface TransferProgress {
  readonly bytes: number
  readonly total: number
}

/** How a download is done. */
export interface DownloadOptions extends AskOptions {
  readonly onProgress?: ((progress: TransferProgress) => void) | undefined
}

/** How far a publish is. */
export interface PublishProgress extends TransferProgress {
  /** Once all bytes are there. */
  readonly state?: PublishState
}

/** Where to a package is published. */
export interface PublishOptions extends AskOptions {
  readonly namespace: string
  /** Name of the marketplace. */
  readonly repository: string
  /** Waits until it is live or rejected. @default true */
  readonly wait?: boolean | undefined
  readonly onProgress?: ((progress: PublishProgress) => void) | undefined
}

/** Which marketplace checks a package. */
export interface ValidateOptions extends AskOptions {
  /** Name of the marketplace. */
  readonly repository: string
  /** Namespace that it is meant for. */
  readonly namespace?: string | undefined
  readonly onProgress?: ((progress: TransferProgress) => void) | undefined
}

/** One marketplace or several, as one. */
export interface Marketplace {
  /** Asks all of them; one that is down is among the failures, and when all are, the first one's error is thrown. */
  search(query: string, options?: SearchOptions): Promise<SearchAnswer>
  /** What the first marketplace that has a plugin says of it. None of it is verified: {@link Marketplace.find} does that. */
  info(id: string, options?: AskOptions): Promise<PluginDetail & { readonly marketplace: string }>
  /** The versions that the first marketplace that has a plugin lists. */
  versions(id: string, options?: AskOptions): Promise<VersionList & { readonly repository: string }>
  /** The id of the one plugin of a bare name. */
  findId(name: string, options?: AskOptions): Promise<string>
  /**
   * A version that may be downloaded: by `namespace/name`, with `@range`; or by a name that only one namespace has. Its
   * signature, what that is about, and its key are verified. A marketplace that does not answer is never passed over
   * for one of lower priority, which anybody might own.
   */
  find(spec: string, options?: FindOptions): Promise<FoundVersion>
  /**
   * Downloads the archive of a found version into a folder. What was interrupted goes on where it stopped.
   *
   * @returns the file, whose bytes are those that were announced
   */
  download(found: FoundVersion, directory: string, options?: DownloadOptions): Promise<string>
  /** Remembers the key of a found version for its namespace at this marketplace; for after it was installed. */
  confirm(found: FoundVersion): Promise<void>
  /** Sends a package, and waits for what becomes of it. */
  publish(file: string, options: PublishOptions): Promise<PublishStatus>
  /** Asks what would become of a package. Nothing is kept. */
  validate(file: string, options: ValidateOptions): Promise<ValidateResult>
  /** What a marketplace is. */
  service(repository: string, options?: AskOptions): Promise<Service>
  /** Whose token is sent to a marketplace. */
  whoami(repository: string, options?: AskOptions): Promise<Account>
  /** The keys that may sign for a namespace. */
  keys(repository: string, namespace: string, options?: AskOptions): Promise<NamespaceKeys>
  /** Lets a key sign for a namespace. The private half makes the proof, and stays here. */
  enrolKey(
    repository: string,
    namespace: string,
    key: SigningKey,
    options?: AskOptions,
  ): Promise<EnrolledKey>
  /** Lets a key sign no more for a namespace. */
  removeKey(
    repository: string,
    namespace: string,
    keyId: string,
    options?: AskOptions,
  ): Promise<void>
  /** Revokes the token that is sent to a marketplace. */
  revokeToken(repository: string, options?: AskOptions): Promise<void>
}
