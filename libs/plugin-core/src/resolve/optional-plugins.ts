import type { Offer } from '../install/package-repository.ts'
import type { CandidateStore, Need } from './candidate-store.ts'
import { explainConflict } from './explain-conflict.ts'
import { Solver, type Root } from './solver.ts'

/** An optional plugin that is not taken along, and why. */
export interface LeftOut {
  readonly id: string
  readonly range: string
  /** Who could make use of it. */
  readonly by: string
  readonly reason: string
}

/** What is chosen once optional plugins were looked at. */
export interface WithOptional {
  readonly chosen: ReadonlyMap<string, Offer>
  /** By id: the optional plugins that it was given. */
  readonly given: ReadonlyMap<string, readonly string[]>
  readonly leftOut: readonly LeftOut[]
}

const mostOptional = 200

/**
 * Adds the optional plugins that can be there, one after the other in the order of who asks and of their names. What
 * was chosen before stays: nobody gets another version for somebody's wish.
 */
export async function addOptional(
  needed: ReadonlyMap<string, Offer>,
  { store, roots }: { readonly store: CandidateStore; readonly roots: readonly Root[] },
): Promise<WithOptional> {
  const leftOut: LeftOut[] = []
  const given = new Map<string, readonly string[]>()
  let chosen = needed
  let looked = 0
  const done = new Set<string>()
  for (let offer = next(chosen, done); offer !== undefined; offer = next(chosen, done)) {
    const by = offer.id
    done.add(by)
    for (const need of await store.optionalNeedsOf(offer)) {
      looked += 1
      const wish = new Map(given).set(by, [...(given.get(by) ?? []), need.id])
      const outcome =
        looked > mostOptional
          ? { reason: `more than ${mostOptional} optional plugins are asked for` }
          : await tryWith(need, { chosen, store, roots, wish })
      if ('reason' in outcome) {
        leftOut.push({ id: need.id, range: need.range, by, reason: outcome.reason })
      } else {
        chosen = outcome.chosen
        given.set(by, wish.get(by) ?? [])
      }
    }
  }
  return { chosen, given, leftOut }
}

function next(chosen: ReadonlyMap<string, Offer>, done: ReadonlySet<string>): Offer | undefined {
  for (const [id, offer] of chosen) if (!done.has(id)) return offer
  return undefined
}

async function tryWith(
  { id, range }: Need,
  {
    chosen,
    store,
    roots,
    wish,
  }: {
    readonly chosen: ReadonlyMap<string, Offer>
    readonly store: CandidateStore
    readonly roots: readonly Root[]
    readonly wish: ReadonlyMap<string, readonly string[]>
  },
): Promise<{ readonly chosen: ReadonlyMap<string, Offer> } | { readonly reason: string }> {
  const fixed = [...chosen.values()].map(({ id: each, version }): Root => ({
    fact: { kind: 'chosen', id: each, version },
    allows: { kind: 'range', range: version },
  }))
  const asked: Root = { fact: { kind: 'asked', id, range }, allows: { kind: 'range', range } }
  const solution = await new Solver(store, { extraNeeds: wish }).solve([...roots, ...fixed, asked])
  if (solution.ok) return { chosen: solution.chosen }
  const { reasons } = explainConflict(solution.conflict, store)
  return { reason: reasons.join('; ') }
}
