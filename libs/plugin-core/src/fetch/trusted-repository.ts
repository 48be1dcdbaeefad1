import type { Offer, PackageRepository } from '../install/package-repository.ts'
import { isTrustedSource, requireTrust, type TrustRules } from './trusted-sources.ts'

/** Which repositories packages may come from. */
export interface RepositoryRules {
  readonly trust: TrustRules
  /** Names of the marketplaces that are set up; undefined where there are no settings, so that whoever hands one over trusts it. */
  readonly marketplaces: readonly string[] | undefined
}

/** The same repository, without what comes from a marketplace that is neither set up nor trusted by its name. */
export function trustedRepository(
  repository: PackageRepository,
  { trust, marketplaces }: RepositoryRules,
): PackageRepository {
  if (marketplaces === undefined || trust.allowUntrusted) return repository
  const isTrusted = (name: string): boolean =>
    marketplaces.includes(name) ||
    isTrustedSource({ kind: 'marketplace', repository: name }, trust.trustedSources)
  const admit = (name: string): void => {
    if (!isTrusted(name)) requireTrust({ kind: 'marketplace', repository: name }, trust)
  }
  return {
    find: async (spec, options) => {
      const found = await repository.find(spec, options)
      admit(found.repository)
      return found
    },
    offers: async (plugin, options) => {
      const all = await repository.offers(plugin, options)
      const left = all.filter(isLocalOr(isTrusted))
      const [first] = all
      // That there is something elsewhere is told, and by whom.
      if (left.length === 0 && first?.repository !== undefined) admit(first.repository)
      return left
    },
  }
}

function isLocalOr(isTrusted: (name: string) => boolean): (offer: Offer) => boolean {
  return ({ repository }) => repository === undefined || isTrusted(repository)
}
