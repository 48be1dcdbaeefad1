/** Where a plugin is to come from, as a person says it. */
export type PluginSource = PathSource | FetchedKind | MarketplaceSource | NameSource

/** What is fetched over the network before it is looked at. */
export type FetchedKind = HttpsSource | NpmSource | GithubSource

/** A folder or an archive on this machine. */
export interface PathSource {
  readonly kind: 'path'
  readonly path: string
}

/** An archive at an address. */
export interface HttpsSource {
  readonly kind: 'https'
  /** Without a fragment; never with a user name or a password. */
  readonly url: string
  /** What its bytes have to be, in hex. */
  readonly sha256?: string
}

/** A package of the registry that the person's own npm is set to. */
export interface NpmSource {
  readonly kind: 'npm'
  readonly name: string
  /** A range of versions, or a tag. */
  readonly range?: string
}

/** An archive that is attached to a release. */
export interface GithubSource {
  readonly kind: 'github'
  readonly owner: string
  readonly repository: string
  /** The newest release without it. */
  readonly tag?: string
  /** Name of the file; without it the release has to have exactly one archive. */
  readonly asset?: string
}

/** What the marketplaces offer, whatever lies in this folder. */
export interface MarketplaceSource {
  readonly kind: 'marketplace'
  /** `namespace/name`, `namespace/name@range`, or a bare name with or without a range. */
  readonly spec: string
}

/** A name, which what was discovered, a marketplace and a folder here may all have. */
export interface NameSource {
  readonly kind: 'name'
  /** As {@link MarketplaceSource.spec}. */
  readonly spec: string
  /** As it was written, which may be a path too. */
  readonly path: string
}

/** A source in the form that {@link parseSource} reads; without what is in the query of an address, where secrets are. */
export function formatSource(source: PluginSource): string {
  switch (source.kind) {
    case 'path':
      return source.path
    case 'https':
      return shownUrl(source.url)
    case 'npm':
      return `npm:${source.name}${source.range === undefined ? '' : `@${source.range}`}`
    case 'github': {
      const { owner, repository, tag, asset } = source
      return `github:${owner}/${repository}${tag === undefined ? '' : `@${tag}`}${asset === undefined ? '' : `#${asset}`}`
    }
    case 'marketplace':
      return `marketplace:${source.spec}`
    case 'name':
      return source.spec
    default:
      return source satisfies never
  }
}

/** Stands in what is kept of an address for its query, which is not. */
export const hiddenQuery = '?…'

/** An address as it may be shown and kept: without its query, which is where tokens are. */
export function shownUrl(url: string | URL): string {
  const { origin, pathname } = new URL(url)
  return `${origin}${pathname}`
}
