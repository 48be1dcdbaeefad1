/** A package that a plugin brings along, or was built with. */
export interface Component {
  readonly name: string
  /** As it says itself. */
  readonly version: string
  /** Package URL (github.com/package-url/purl-spec). */
  readonly purl: string
  /** SPDX expression, or what it says in place of one. */
  readonly license?: string
  /** SHA-256 in hex: of the wheel, or of the tree of its files. */
  readonly sha256?: string
  /** Its folder in the package; absent for what was bundled into the plugin's own files. */
  readonly path?: string
}

/** What is asked of a vendoring. */
export interface VendorRequest {
  /** The plugin's folder. */
  readonly directory: string
  /** Where its package is made: its own files are there. */
  readonly staging: string
  /** The plugin's own files. */
  readonly files: readonly string[]
  readonly dependencies: Readonly<Record<string, string>>
  /** Semver range of the Python that it needs. */
  readonly python: string | undefined
  /** The platform that it is packaged for; undefined for all. */
  readonly target: string | undefined
  /** Files that look like secrets and are none, from the package's folder. */
  readonly allowSecretFiles: readonly string[] | undefined
  readonly signal: AbortSignal | undefined
}
