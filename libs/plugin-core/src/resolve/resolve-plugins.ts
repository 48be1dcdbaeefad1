import { parsePluginName } from '@mb/manifest'
import type { Offer } from '../install/package-repository.ts'
import { PluginError } from '../plugin-error.ts'
import { activationOrder } from './activation-order.ts'
import { attemptOf, type Attempt } from './attempt.ts'
import type { CandidateStore } from './candidate-store.ts'
import type { PassedOver } from './candidates.ts'
import { explainConflict, type Conflict } from './explain-conflict.ts'
import { findWayOut } from './find-way-out.ts'
import { addOptional, type LeftOut } from './optional-plugins.ts'
import type { ResolveQuestion } from './resolve-question.ts'
import type { Root, Solution } from './solver.ts'

/** A plugin at its version, and what it was given. */
export interface ResolvedPlugin {
  readonly id: string
  readonly version: string
  readonly offer: Offer
  /** What it needs, and of what it can make use what is there: by name. */
  readonly needs: readonly ResolvedNeed[]
  /** Newer versions that cannot be used here, the newest first. */
  readonly passedOver: readonly PassedOver[]
}

/** A plugin that another one was given. */
export interface ResolvedNeed {
  readonly id: string
  readonly range: string
  readonly version: string
  readonly isOptional: boolean
}

/** A version of each plugin that is needed. */
export interface Resolution {
  /** In the order in which they are activated: each after all that it needs. */
  readonly plugins: readonly ResolvedPlugin[]
  /** Optional plugins that cannot be there, and why. */
  readonly leftOut: readonly LeftOut[]
}

/**
 * Chooses one version of each plugin that is wanted or needed: installed and locked ones first, then the newest. The
 * same question has the same answer.
 *
 * @throws PluginError `MB_PLUGIN_CONFLICT` with `details.chain`, `MB_PLUGIN_RESOLVE_LIMIT`; what the source throws
 */
export async function resolvePlugins(question: ResolveQuestion): Promise<Resolution> {
  const { installed = [], update = [] } = question
  const roots = await rootsOf(question)
  const free = new Set([...roots.map(({ fact }) => fact.id), ...update])
  for (;;) {
    const attempt = attemptOf(question, roots, free)
    const solution = await attempt.solve()
    if (solution.ok) return await complete(solution, attempt, question)
    const conflict = explainConflict(solution.conflict, attempt.store)
    // What is installed stays as it is, unless that is what stands in the way.
    const held = installed.filter(({ id }) => !free.has(id) && isAbout(conflict, id))
    if (held.length === 0) throw await conflictError(question, roots, conflict)
    for (const { id } of held) free.add(id)
  }
}

async function rootsOf({ wanted, source }: ResolveQuestion): Promise<readonly Root[]> {
  return await Promise.all(
    wanted.map(async ({ id, range }): Promise<Root> => {
      const known = id.includes('/') ? id : await source.idOf(parsePluginName(id), '')
      const plugin = known ?? id
      return range === undefined
        ? { fact: { kind: 'asked', id: plugin }, allows: { kind: 'usual' } }
        : { fact: { kind: 'asked', id: plugin, range }, allows: { kind: 'range', range } }
    }),
  )
}

function isAbout({ facts }: Conflict, id: string): boolean {
  return facts.some((fact) =>
    fact.kind === 'cycle'
      ? fact.path.includes(id)
      : fact.id === id || (fact.kind === 'needs' && fact.needs === id),
  )
}

async function complete(
  { chosen }: Extract<Solution, { ok: true }>,
  { store, roots }: Attempt,
  { optional = true }: ResolveQuestion,
): Promise<Resolution> {
  const whole = optional
    ? await addOptional(chosen, { store, roots })
    : { chosen, given: new Map<string, readonly string[]>(), leftOut: [] }
  const plugins = new Map<string, ResolvedPlugin>()
  for (const [id, offer] of whole.chosen)
    plugins.set(id, await resolvedPlugin(offer, whole.chosen, whole.given.get(id) ?? [], store))
  const needs = new Map(
    [...plugins].map(([id, plugin]) => [id, plugin.needs.map((need) => need.id)]),
  )
  return {
    plugins: activationOrder(needs).flatMap((id) => plugins.get(id) ?? []),
    leftOut: whole.leftOut,
  }
}

async function resolvedPlugin(
  offer: Offer,
  chosen: ReadonlyMap<string, Offer>,
  given: readonly string[],
  store: CandidateStore,
): Promise<ResolvedPlugin> {
  const { id, version } = offer
  const needed = await store.needsOf(offer)
  const usable = (await store.optionalNeedsOf(offer)).filter((need) => given.includes(need.id))
  const needs = [
    ...needed.map((need) => ({ ...need, isOptional: false })),
    ...usable.map((need) => ({ ...need, isOptional: true })),
  ].flatMap(({ id: need, range, isOptional }) => {
    const present = chosen.get(need)?.version
    return present === undefined ? [] : [{ id: need, range, version: present, isOptional }]
  })
  return { id, version, offer, needs, passedOver: store.get(id).passedOverAbove(version) }
}

const mostTold = 20

/** A conflict of a thousand plugins would be a message of a thousand lines: the details have all of it. */
function inShort(parts: readonly string[], separator: string): string {
  const some = parts.slice(0, mostTold).join(separator)
  return parts.length <= mostTold ? some : `${some}${separator}${parts.length - mostTold} more`
}

async function conflictError(
  question: ResolveQuestion,
  roots: readonly Root[],
  conflict: Conflict,
): Promise<PluginError> {
  const asked = roots.map(({ fact }) => fact.id)
  const hint = await findWayOut(question, roots, conflict)
  const cycle = conflict.facts.find(({ kind }) => kind === 'cycle')
  const is =
    cycle?.kind === 'cycle'
      ? `${inShort([...cycle.path, ...cycle.path.slice(0, 1)], ' → ')} is a cycle`
      : inShort(conflict.reasons, '; ')
  return new PluginError(
    'MB_PLUGIN_CONFLICT',
    `Cannot choose versions for ${asked
      .slice(0, 5)
      .map((id) => `"${id}"`)
      .join(', ')}: ${is}`,
    {
      hint,
      details: { chain: conflict.reasons, facts: conflict.facts },
    },
  )
}
