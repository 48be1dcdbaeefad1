/**
 * The states that a plugin may still be in: one bit for each of its usable versions, the preferred one lowest, and one
 * above them for not being there at all. With few versions as with two thousand, every question is one operation.
 */
export type StateSet = bigint

/** No state. */
export const noState: StateSet = 0n

/** The set of all versions of a plugin, without its absence. */
export function allVersions(count: number): StateSet {
  return (1n << BigInt(count)) - 1n
}

/** The state of not being there. */
export function absence(count: number): StateSet {
  return 1n << BigInt(count)
}

/** Whether all of a set is in another. */
export function isWithin(set: StateSet, other: StateSet): boolean {
  return (set & ~other) === noState
}

/** Whether a set has exactly one state. */
export function isSingle(set: StateSet): boolean {
  return set !== noState && (set & (set - 1n)) === noState
}

/** The place of the lowest state of a set that has one. */
export function lowest(set: StateSet): number {
  return (set & -set).toString(2).length - 1
}

/** The places of the states of a set, the lowest first. */
export function placesOf(set: StateSet): readonly number[] {
  const places: number[] = []
  for (let rest = set; rest !== noState; rest &= rest - 1n) places.push(lowest(rest))
  return places
}
