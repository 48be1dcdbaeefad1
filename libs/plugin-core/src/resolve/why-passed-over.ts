import { runsOn } from '@mb/manifest'
import type { Offer } from '../install/package-repository.ts'
import { whyUnfit, type Machine } from '../machine/why-unfit.ts'

/**
 * Why a version is not considered: taken back, not to be taken yet, or made for another machine.
 *
 * @returns undefined when it is
 */
export function whyPassedOver(
  offer: Pick<Offer, 'yanked' | 'waits' | 'engines' | 'platforms' | 'artefacts'>,
  machine: Machine,
): string | undefined {
  const { yanked } = offer
  if (yanked !== undefined)
    return yanked === '' ? 'it was taken back' : `it was taken back: ${yanked}`
  if (offer.waits !== undefined) return offer.waits
  // One that is made for several platforms apart runs where one of its packages does.
  const fitting = offer.artefacts?.find((each) => runsOn(each.platforms, machine.platform))
  const { platforms } = fitting ?? offer
  const unfit = whyUnfit({ engines: offer.engines, platforms }, machine)
  return unfit === undefined ? undefined : `it ${unfit.reason}`
}
