import semver from 'semver'
import type { Offer } from '../install/package-repository.ts'
import type { RangeReader } from './range-reader.ts'
import { absence, allVersions, noState, type StateSet } from './state-set.ts'

/** A version that is not considered, and why. */
export interface PassedOver {
  readonly version: string
  readonly reason: string
}

/** Which versions will do: all; all but those before a release, where there are others; or those of a range. */
export type Allowed =
  | { readonly kind: 'any' }
  | { readonly kind: 'usual' }
  | { readonly kind: 'range'; readonly range: string }

/** What decides which versions of a plugin are considered, and which first. */
export interface CandidateRule {
  /** The version that is installed or locked: it comes first, and is good however it fares elsewhere. */
  readonly preferred: string | undefined
  /** Why a version cannot be used. */
  readonly whyPassedOver: (offer: Offer) => string | undefined
  readonly ranges: RangeReader
}

/** The versions of one plugin that can be chosen, the best first, and those that cannot. */
export class Candidates {
  readonly id: string
  readonly offers: readonly Offer[]
  readonly passedOver: readonly PassedOver[]
  /** All that the plugin may be: each version, or not there. */
  readonly all: StateSet
  readonly absent: StateSet
  readonly present: StateSet
  readonly #numbers: readonly semver.SemVer[]
  readonly #ranges: RangeReader
  readonly #preferred: string | undefined
  readonly #fitting = new Map<string, StateSet>()

  constructor(
    id: string,
    offers: readonly Offer[],
    { preferred, whyPassedOver, ranges }: CandidateRule,
  ) {
    const known = dedupe(offers).toSorted((a, b) => compare(a, b, preferred))
    const judged = known.map((offer) => ({
      offer,
      reason: offer.version === preferred ? undefined : whyPassedOver(offer),
    }))
    this.id = id
    this.offers = judged.flatMap(({ offer, reason }) => (reason === undefined ? [offer] : []))
    this.passedOver = judged.flatMap(({ offer: { version }, reason }) =>
      reason === undefined ? [] : [{ version, reason }],
    )
    const count = this.offers.length
    this.present = allVersions(count)
    this.absent = absence(count)
    this.all = this.present | this.absent
    this.#numbers = this.offers.map(({ version }) => new semver.SemVer(version))
    this.#ranges = ranges
    this.#preferred = preferred
  }

  /** The versions that will do. */
  allowed(allows: Allowed): StateSet {
    if (allows.kind === 'any') return this.present
    if (allows.kind === 'usual') return this.#usual()
    const known = this.#fitting.get(allows.range)
    if (known !== undefined) return known
    const set = this.#where((each) =>
      each.raw === this.#preferred
        ? this.#ranges.fitsPresent(each, allows.range)
        : this.#ranges.fits(each, allows.range),
    )
    this.#fitting.set(allows.range, set)
    return set
  }

  /** Whether a version that was passed over would do otherwise. */
  wouldFit(version: string, allows: Allowed): boolean {
    return allows.kind !== 'range' || this.#ranges.fits(new semver.SemVer(version), allows.range)
  }

  /** The newer versions that cannot be used. */
  passedOverAbove(version: string): readonly PassedOver[] {
    return this.passedOver.filter((each) => semver.gt(each.version, version))
  }

  /** The versions whose offer is such a one. */
  where(isSuch: (offer: Offer) => boolean): StateSet {
    return this.offers.reduce(
      (set, offer, place) => (isSuch(offer) ? set | (1n << BigInt(place)) : set),
      noState,
    )
  }

  #usual(): StateSet {
    const releases = this.#where(({ prerelease }) => prerelease.length === 0)
    return releases === noState ? this.present : releases
  }

  #where(isSuch: (number: semver.SemVer) => boolean): StateSet {
    return this.#numbers.reduce(
      (set, number, place) => (isSuch(number) ? set | (1n << BigInt(place)) : set),
      noState,
    )
  }
}

/** Without what is no version, and without what is told twice. */
function dedupe(offers: readonly Offer[]): readonly Offer[] {
  const found = new Map<string, Offer>()
  for (const offer of offers)
    if (semver.valid(offer.version) !== null && !found.has(offer.version))
      found.set(offer.version, offer)
  return [...found.values()]
}

function compare(a: Offer, b: Offer, preferred: string | undefined): number {
  if (a.version === preferred) return -1
  if (b.version === preferred) return 1
  return semver.compareBuild(b.version, a.version) || (a.version < b.version ? -1 : 1)
}
