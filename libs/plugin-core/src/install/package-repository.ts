import type { Engines } from '@mb/manifest'

/** Where packages come from that are not on this machine: a port, which a client of marketplaces fits. */
export interface PackageRepository {
  /**
   * Finds the version that a person means.
   *
   * @param spec - `namespace/name`, `namespace/name@range`, or a bare name
   */
  find(spec: string, options: { readonly signal?: AbortSignal | undefined }): Promise<RemotePackage>
  /**
   * The versions of a plugin, and what each of them needs. What is told here chooses a version; the package that comes
   * is held against it.
   *
   * @param plugin - `namespace/name`, or a bare name that only one namespace has
   * @returns nothing when no repository has the plugin
   */
  offers(
    plugin: string,
    options: { readonly signal?: AbortSignal | undefined },
  ): Promise<readonly Offer[]>
}

/** A version that can be had, and what it needs. */
export interface Offer {
  /** `namespace/name` */
  readonly id: string
  /** A semantic version. */
  readonly version: string
  /** Name of the repository that has it; absent for what is on this machine. */
  readonly repository?: string
  /** ISO 8601, UTC. */
  readonly publishedAt?: string
  /** Why its author took it back. */
  readonly yanked?: string
  /** Why it is not taken now, though it could be had; absent where it can be taken. */
  readonly waits?: string
  /** Ranges of the plugins that it needs, by id or name. */
  readonly plugins: Readonly<Record<string, string>>
  /** Ranges of the plugins that it can make use of. */
  readonly optionalPlugins: Readonly<Record<string, string>>
  readonly engines: Engines
  /** What it runs on, as `linux` or `linux-x64`; everything, when empty. */
  readonly platforms: readonly string[]
  /** Whether the repository does not tell what it needs, so that nothing stands there. */
  readonly isUntold?: true
  /** Digest of the package's tree, in hex. */
  readonly digest: string
  /** The key that signed it; undefined for nobody. */
  readonly keyId: string | undefined
  /** All packages of the version, where it is made for several platforms apart. */
  readonly artefacts?: readonly Artefact[]
}

/** A version as it is made for some platforms. */
export interface Artefact {
  /** As `linux` or `linux-x64`; all others, when empty. */
  readonly platforms: readonly string[]
  readonly digest: string
  readonly keyId: string
}

/** A package that a repository promises. What comes is held against it. */
export interface RemotePackage {
  /** `namespace/name` */
  readonly id: string
  readonly version: string
  /** Name of the repository. */
  readonly repository: string
  /** Digest of the package's tree, in hex. */
  readonly digest: string
  /** The key that signed it. */
  readonly keyId: string
  /** SPKI in PEM. */
  readonly publicKey: string
  /** Whether this key was pinned for its namespace before. */
  readonly isKeyKnown: boolean
  /**
   * Brings the archive into a folder; its bytes are those that were promised.
   *
   * @returns path of the archive, inside the folder
   */
  fetch(directory: string, options: FetchOptions): Promise<string>
  /** Told once the package is installed, so that what was trusted now is known the next time. */
  confirm(): Promise<void>
}

/** How a package is fetched. */
export interface FetchOptions {
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: FetchProgress) => void) | undefined
}

/** How far a package has come. */
export interface FetchProgress {
  readonly bytes: number
  readonly total: number
}
