import type { PackageFacts } from '@mb/manifest'
import type { OfferSource } from '../resolve/index.ts'
import type { PluginRecord } from '../store/plugin-record.ts'
import type { Offer, PackageRepository } from './package-repository.ts'

/** What is installed, as what can be had without anybody being asked. */
export function installedOffer({ id, manifest, digest, keyId }: PluginRecord): Offer {
  return offerOf(id, { manifest, digest, keyId })
}

/** A package that is on this machine, as what can be had. */
export function localOffer(id: string, { manifest, tree, signature }: PackageFacts): Offer {
  const keyId = signature.status === 'signed' ? signature.keyId : undefined
  return offerOf(id, { manifest, digest: tree.digest, keyId })
}

function offerOf(
  id: string,
  { manifest, digest, keyId }: Pick<PluginRecord, 'manifest' | 'digest' | 'keyId'>,
): Offer {
  const { version, plugins, optionalPlugins, engines, platforms } = manifest
  return { id, version, plugins, optionalPlugins, engines, platforms, digest, keyId }
}

/** Where the versions of a set come from. */
export interface SetSources {
  /** Packages that are here: theirs is the only version of each plugin. */
  readonly local: readonly Offer[]
  /** What was read in packages whose repository did not tell, by `id@version`. */
  readonly learned: ReadonlyMap<string, Offer>
  readonly repository: PackageRepository | undefined
  readonly signal: AbortSignal | undefined
}

/** The offers of a set: what is on this machine, then what the repository has. */
export function setOffers({ local, learned, repository, signal }: SetSources): OfferSource {
  const ask = async (plugin: string): Promise<readonly Offer[]> =>
    (await repository?.offers(plugin, { signal })) ?? []
  return {
    offers: async (id) => {
      const here = local.filter((offer) => offer.id === id)
      // Nobody vouches for what a repository would call local.
      if (here.length > 0 || id.startsWith('local/')) return here
      return (await ask(id)).map((offer) => learned.get(`${id}@${offer.version}`) ?? offer)
    },
    idOf: async (name, asker) => {
      const here = local.find(({ id }) => id.endsWith(`/${name}`))
      if (here !== undefined) return here.id
      const sibling = `${asker.slice(0, asker.indexOf('/'))}/${name}`
      const isOwn = asker !== '' && !sibling.startsWith('local/')
      // First where its author publishes: others could take the name elsewhere.
      if (isOwn && (await ask(sibling)).length > 0) return sibling
      const [first] = await ask(name)
      return first?.id
    },
  }
}
