import type { AskOptions, DownloadOptions, Marketplace } from './marketplace.ts'

/** A package that is not on this machine; what a plugin host installs from. */
export interface RemotePackage {
  /** `namespace/name` */
  readonly id: string
  readonly version: string
  /** Name of the marketplace. */
  readonly repository: string
  /** Digest of its tree of files, as it was signed. */
  readonly digest: string
  readonly keyId: string
  /** SPKI in PEM. */
  readonly publicKey: string
  readonly isKeyKnown: boolean
  /** Downloads its archive into a folder, its digest checked. */
  fetch(directory: string, options?: DownloadOptions): Promise<string>
  /** Remembers its key; for after it was installed. */
  confirm(): Promise<void>
}

/** Where a plugin host finds packages. */
export interface PackageRepository {
  find(spec: string, options?: AskOptions): Promise<RemotePackage>
}

/** Marketplaces as what a plugin host installs from. */
export function packageRepository(
  marketplace: Pick<Marketplace, 'find' | 'download' | 'confirm'>,
  options: {
    /** The id of a key that may sign from now on, though others are known. */
    readonly acceptKey?: string | undefined
  } = {},
): PackageRepository {
  return {
    find: async (spec, { signal } = {}) => {
      const found = await marketplace.find(spec, { ...options, signal })
      const { id, version, repository, digest, keyId, publicKey, publicKeyKnown } = found
      return {
        id,
        version,
        repository,
        digest,
        keyId,
        publicKey,
        isKeyKnown: publicKeyKnown,
        fetch: async (directory, downloadOptions) =>
          marketplace.download(found, directory, downloadOptions),
        confirm: async () => marketplace.confirm(found),
      }
    },
  }
}
