import { thisMachine } from '../machine/why-unfit.ts'
import { CandidateStore } from './candidate-store.ts'
import { fixInstalled } from './fix-installed.ts'
import type { ResolveQuestion } from './resolve-question.ts'
import { Solver, type Root, type Solution } from './solver.ts'

/** One way to try a question. */
export interface Attempt {
  readonly store: CandidateStore
  readonly roots: readonly Root[]
  readonly solve: () => Promise<Solution>
}

/** A question with some of the installed plugins free to become another version. */
export function attemptOf(
  { installed = [], update = [], locked, machine = thisMachine(), source, signal }: ResolveQuestion,
  wanted: readonly Root[],
  free: ReadonlySet<string>,
): Attempt {
  const updated = new Set(update)
  const asked = new Set(wanted.map(({ fact }) => fact.id))
  const mended = new Set([...asked, ...updated])
  const present = new Map(installed.map((offer) => [offer.id, offer]))
  const store = new CandidateStore(
    fixInstalled(source, { installed: present, free, mended, updated }),
    machine,
    (id) => (updated.has(id) ? undefined : (present.get(id)?.version ?? locked?.get(id))),
  )
  const roots = [
    ...wanted,
    ...installed.flatMap(({ id, version }): readonly Root[] =>
      asked.has(id) ? [] : [{ fact: { kind: 'installed', id, version }, allows: { kind: 'any' } }],
    ),
  ]
  return { store, roots, solve: async () => await new Solver(store, { signal }).solve(roots) }
}
