/** Where packages come from that are not on this machine: a port, which a client of marketplaces fits. */
export interface PackageRepository {
  /**
   * Finds the version that a person means.
   *
   * @param spec - `namespace/name`, `namespace/name@range`, or a bare name
   */
  find(spec: string, options: { readonly signal?: AbortSignal | undefined }): Promise<RemotePackage>
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
