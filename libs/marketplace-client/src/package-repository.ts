import { isMbError } from '@mb/kernel'
import { closestTo, thisPlatform, type Engines } from '@mb/manifest'
import type { ArtefactSummary, VersionSummary } from '@mb/marketplace-protocol'
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

/** A version that a marketplace lists, and what it needs: told by the marketplace, and not verified yet. */
export interface Offer {
  /** `namespace/name` */
  readonly id: string
  readonly version: string
  /** Name of the marketplace. */
  readonly repository: string
  readonly publishedAt: string
  /** Why its author took it back. */
  readonly yanked?: string
  readonly plugins: Readonly<Record<string, string>>
  readonly optionalPlugins: Readonly<Record<string, string>>
  readonly engines: Engines
  readonly platforms: readonly string[]
  /** Whether the marketplace does not tell what it needs, so that nothing stands there. */
  readonly isUntold?: true
  readonly digest: string
  readonly keyId: string
  /** All that there are of this version, when there are several: each for its platforms. */
  readonly artefacts?: readonly ArtefactSummary[]
}

/** Where a plugin host finds packages. */
export interface PackageRepository {
  find(spec: string, options?: AskOptions): Promise<RemotePackage>
  offers(plugin: string, options?: AskOptions): Promise<readonly Offer[]>
}

/** Marketplaces as what a plugin host installs from. */
export function packageRepository(
  marketplace: Pick<Marketplace, 'find' | 'download' | 'confirm' | 'versions' | 'findId'>,
  options: {
    /** The id of a key that may sign from now on, though others are known. */
    readonly acceptKey?: string | undefined
    /** The platform that offers are for. @default that of this machine */
    readonly platform?: string | undefined
  } = {},
): PackageRepository {
  const { acceptKey, platform = thisPlatform() } = options
  return {
    find: async (spec, { signal } = {}) => {
      const found = await marketplace.find(spec, { acceptKey, signal })
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
    offers: async (plugin, askOptions) => {
      try {
        const id = plugin.includes('/') ? plugin : await marketplace.findId(plugin, askOptions)
        const list = await marketplace.versions(id, askOptions)
        return list.versions.map((version) =>
          offerOf(list.id, list.repository, madeFor(version, platform)),
        )
      } catch (error) {
        if (isMbError(error) && error.code === 'MB_MARKETPLACE_NOT_FOUND') return []
        throw error
      }
    },
  }
}

/** A version as it is made for a platform; of one that is not, for which it is made. */
function madeFor(version: VersionSummary, platform: string): VersionSummary {
  const { artefacts = [], needs = nothing } = version
  if (artefacts.length === 0) return version
  const closest = closestTo(artefacts, platform)
  const platforms = closest?.platforms ?? artefacts.flatMap((each) => each.platforms)
  return { ...version, ...closest, needs: { ...needs, platforms } }
}

function offerOf(id: string, repository: string, told: VersionSummary): Offer {
  const { version, publishedAt, digest, keyId, needs, yanked, artefacts } = told
  return {
    id,
    version,
    repository,
    publishedAt,
    ...(yanked === undefined ? {} : { yanked }),
    ...(needs ?? { ...nothing, isUntold: true }),
    digest,
    keyId,
    ...(artefacts === undefined ? {} : { artefacts }),
  }
}

const nothing = { plugins: {}, optionalPlugins: {}, engines: {}, platforms: [] }
