import semver from 'semver'
import type { Offer } from '../src/install/package-repository.ts'
import type { OfferSource, Requirement } from '../src/resolve/index.ts'

/** What a resolver without memory came to. */
export type NaiveOutcome = 'found' | 'none' | 'given up'

/**
 * The resolver that everybody writes first: the newest version that fits, and one step back when something does not. It
 * learns nothing from what failed, and gives up after so many steps.
 */
export async function resolveNaively(
  source: OfferSource,
  wanted: readonly Requirement[],
  mostSteps: number,
): Promise<NaiveOutcome> {
  let steps = 0
  const chosen = new Map<string, Offer>()
  const ranges: Requirement[] = [...wanted]
  const isFound = await next(0)
  if (isFound === undefined) return 'given up'
  return isFound ? 'found' : 'none'

  async function next(at: number): Promise<boolean | undefined> {
    const open = ranges[at]
    if (open === undefined) return true
    const { id, range = '*' } = open
    const present = chosen.get(id)
    if (present !== undefined)
      return semver.satisfies(present.version, range) ? await next(at + 1) : false
    const offers = (await source.offers(id))
      .filter(({ version }) => semver.satisfies(version, range))
      .toSorted((a, b) => semver.rcompare(a.version, b.version))
    for (const offer of offers) {
      steps += 1
      if (steps > mostSteps) return undefined
      chosen.set(id, offer)
      const length = ranges.length
      for (const [need, each] of Object.entries(offer.plugins))
        ranges.push({ id: need, range: each })
      const outcome = await next(at + 1)
      if (outcome !== false) return outcome
      ranges.length = length
      chosen.delete(id)
    }
    return false
  }
}
