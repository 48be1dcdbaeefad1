import type { Offer, PackageRepository } from '../install/package-repository.ts'
import type { LockedPlugin, Lockfile } from './lockfile.ts'

/**
 * A repository that has what a lockfile pins, and nothing else: nobody is asked which versions there are. The packages
 * themselves still come from where they always do.
 */
export function lockedRepository(
  { plugins }: Lockfile,
  repository: PackageRepository | undefined,
): PackageRepository {
  return {
    offers: async (plugin) =>
      Object.entries(plugins).flatMap(([id, locked]) =>
        id === plugin || id.endsWith(`/${plugin}`) ? [lockedOffer(id, locked)] : [],
      ),
    find: async (spec, options) => {
      if (repository === undefined)
        throw new TypeError(`Cannot fetch ${spec}: there is no repository to fetch it from`)
      return await repository.find(spec, options)
    },
  }
}

function lockedOffer(id: string, locked: LockedPlugin): Offer {
  const { version, repository, plugins, optionalPlugins, digest, keyId } = locked
  const artefacts = Object.entries(locked.artefacts ?? {}).map(([platforms, each]) => ({
    ...each,
    platforms: platforms === 'any' ? [] : platforms.split(' '),
  }))
  return {
    id,
    version,
    ...(repository === undefined ? {} : { repository }),
    plugins,
    optionalPlugins,
    // What it runs on is read in its manifest, as all else that a lockfile may say wrongly.
    engines: {},
    platforms: [],
    isUntold: true,
    digest,
    keyId,
    ...(artefacts.length === 0 ? {} : { artefacts }),
  }
}
