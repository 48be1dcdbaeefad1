import { SemVer } from 'semver'
import type { Offer } from '../install/package-repository.ts'
import { RangeReader } from './range-reader.ts'
import type { OfferSource } from './world.ts'

/**
 * A source in which installed plugins are what they are: those that are not free have their one version, and nobody is
 * asked about them. What one lacks already is no reason to refuse others anything.
 */
export function fixInstalled(
  source: OfferSource,
  {
    installed,
    free,
    mended,
    updated,
  }: {
    readonly installed: ReadonlyMap<string, Offer>
    /** Those that may become another version. */
    readonly free: ReadonlySet<string>
    /** Those that are to have all that they need again. */
    readonly mended: ReadonlySet<string>
    /** Those that become what the source has, where it has them. */
    readonly updated: ReadonlySet<string>
  },
): OfferSource {
  const ranges = new RangeReader()
  const ids = [...installed.keys()]
  const idOf = (name: string, asker: string): string | undefined => {
    const same = ids.filter((id) => id.endsWith(`/${name}`))
    const sibling = `${asker.slice(0, asker.indexOf('/'))}/${name}`
    return same.includes(sibling) ? sibling : same.length === 1 ? same[0] : undefined
  }
  return {
    idOf: async (name, asker) => idOf(name, asker) ?? (await source.idOf(name, asker)),
    offers: async (id) => {
      const present = installed.get(id)
      if (present === undefined) return await source.offers(id)
      const kept = mended.has(id) ? present : { ...present, plugins: fulfilled(present) }
      if (!free.has(id)) return [kept]
      const others = await source.offers(id)
      return updated.has(id) && others.length > 0 ? others : [kept, ...others]
    },
  }

  function fulfilled({ id: asker, plugins }: Offer): Readonly<Record<string, string>> {
    return Object.fromEntries(
      Object.entries(plugins).filter(([written, range]) => {
        const id = written.includes('/') ? written : idOf(written, asker)
        const there = id === undefined ? undefined : installed.get(id)
        return there !== undefined && ranges.fitsPresent(new SemVer(there.version), range)
      }),
    )
  }
}
