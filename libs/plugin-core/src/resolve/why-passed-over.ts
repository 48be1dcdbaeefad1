import type { Offer } from '../install/package-repository.ts'
import { whyUnfit, type Machine } from '../machine/why-unfit.ts'

/**
 * Why a version is not considered: taken back, or made for another machine.
 *
 * @returns undefined when it is
 */
export function whyPassedOver(
  offer: Pick<Offer, 'yanked' | 'engines' | 'platforms'>,
  machine: Machine,
): string | undefined {
  const { yanked } = offer
  if (yanked !== undefined)
    return yanked === '' ? 'it was taken back' : `it was taken back: ${yanked}`
  const unfit = whyUnfit(offer, machine)
  return unfit === undefined ? undefined : `it ${unfit.reason}`
}
