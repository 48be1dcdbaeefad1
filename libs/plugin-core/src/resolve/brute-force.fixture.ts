import semver from 'semver'
import type { Offer } from '../install/package-repository.ts'
import { findCycle } from './find-cycle.ts'
import type { Requirement } from './world.ts'

/** One version of some plugins. */
export type Choice = ReadonlyMap<string, Offer>

/** Every choice of a world: each plugin absent, or at one of its versions. Only for very small worlds. */
export function* everyChoice(offers: readonly Offer[]): Generator<Choice> {
  const groups = [...Map.groupBy(offers, ({ id }) => id).values()]
  yield* choices(groups, new Map())
}

function* choices(groups: readonly (readonly Offer[])[], chosen: Choice): Generator<Choice> {
  const [group, ...rest] = groups
  if (group === undefined) {
    yield chosen
    return
  }
  yield* choices(rest, chosen)
  for (const offer of group) yield* choices(rest, new Map(chosen).set(offer.id, offer))
}

/** Whether all that is wanted is there, each has what it needs, and nothing needs itself. */
export function isGood(chosen: Choice, wanted: readonly Requirement[]): boolean {
  const has = (id: string, range: string): boolean => {
    const offer = chosen.get(id)
    return offer !== undefined && semver.satisfies(offer.version, range)
  }
  const needsOf = (id: string) => Object.keys(chosen.get(id)?.plugins ?? {})
  return (
    wanted.every(({ id, range = '*' }) => has(id, range)) &&
    [...chosen.values()].every(({ plugins }) =>
      Object.entries(plugins).every(([id, range]) => has(id, range)),
    ) &&
    findCycle(chosen.keys(), needsOf) === undefined
  )
}
