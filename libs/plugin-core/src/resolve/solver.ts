import { setImmediate } from 'node:timers/promises'
import type { Offer } from '../install/package-repository.ts'
import { PluginError } from '../plugin-error.ts'
import type { CandidateStore } from './candidate-store.ts'
import type { Allowed, Candidates } from './candidates.ts'
import { findCycle } from './find-cycle.ts'
import { combined, type Fact, type Incompatibility, type Term } from './incompatibility.ts'
import { isSingle, isWithin, lowest, noState, placesOf, type StateSet } from './state-set.ts'
import { Trail } from './trail.ts'

/** A plugin that has to be there: why, and in which versions. */
export interface Root {
  readonly fact: Extract<Fact, { kind: 'asked' | 'installed' | 'chosen' }>
  readonly allows: Allowed
}

/** What came of it: a version of each plugin that is needed, or why there is none. */
export type Solution =
  | {
      readonly ok: true
      /** By id, in the order in which they were chosen. */
      readonly chosen: ReadonlyMap<string, Offer>
    }
  | { readonly ok: false; readonly conflict: Incompatibility }

// A set of a thousand plugins takes about a tenth of it; whoever needs more made it to be slow.
const mostChecks = 10_000_000
// So that whoever wants to stop it is heard.
const decisionsBetweenPauses = 100

/**
 * Chooses a version for each plugin that is needed: unit propagation and learned incompatibilities, as PubGrub does it
 * (N. Weizenbaum, "PubGrub: Next-Generation Version Solving", 2018), over finite sets of versions. A conflict takes back
 * one decision (A. Nadel, V. Ryvchin, "Chronological Backtracking", 2018). What is wanted is decided first and by name,
 * each at its best version that leaves an answer; then what conflicts were about, then what was met first, breadth first
 * and by name. The same world has the same answer.
 */
export class Solver {
  readonly #store: CandidateStore
  readonly #trail = new Trail()
  readonly #about = new Map<string, Incompatibility[]>()
  readonly #order: string[] = []
  readonly #expanded = new Set<string>()
  readonly #extraNeeds: ReadonlyMap<string, readonly string[]>
  readonly #signal: AbortSignal | undefined
  /** Plugins whose incompatibilities came at a level, to be looked at again below it. */
  #fresh: { readonly id: string; readonly level: number }[] = []
  #cursor = 0
  /** How many plugins are wanted: they are the first that were met. */
  #roots = 0
  /** How often each plugin was part of the reason of a conflict. */
  readonly #weights = new Map<string, number>()
  #checks = 0
  #decisions = 0

  /** @param extraNeeds - by id: what a plugin makes use of beside what it needs; only to see cycles */
  constructor(
    store: CandidateStore,
    {
      extraNeeds = new Map(),
      signal,
    }: {
      readonly extraNeeds?: ReadonlyMap<string, readonly string[]>
      readonly signal?: AbortSignal | undefined
    } = {},
  ) {
    this.#store = store
    this.#extraNeeds = extraNeeds
    this.#signal = signal
  }

  /**
   * Solves once.
   *
   * @throws PluginError `MB_PLUGIN_RESOLVE_LIMIT`; what the source of offers throws
   */
  async solve(roots: readonly Root[]): Promise<Solution> {
    try {
      await this.#begin(roots)
      for (;;) {
        const next = this.#nextUndecided()
        if (next !== undefined) {
          await this.#pause()
          await this.#decide(next)
          continue
        }
        const cycle = await this.#cycle()
        if (cycle === undefined) return { ok: true, chosen: this.#chosen() }
        this.#keep(cycle)
        this.#propagate([this.#retreat(cycle), ...this.#stale()])
      }
    } catch (error) {
      if (error instanceof Unsolvable) return { ok: false, conflict: error.conflict }
      throw error
    }
  }

  async #pause(): Promise<void> {
    this.#decisions += 1
    if (this.#decisions % decisionsBetweenPauses === 0) await setImmediate()
    this.#signal?.throwIfAborted()
  }

  async #begin(roots: readonly Root[]): Promise<void> {
    const ordered = roots.toSorted((a, b) => (a.fact.id < b.fact.id ? -1 : 1))
    await Promise.all(ordered.map(async ({ fact }) => await this.#store.load(fact.id)))
    for (const { fact, allows } of ordered) {
      const candidates = this.#meet(fact.id)
      this.#add([{ id: fact.id, set: candidates.all & ~candidates.allowed(allows) }], fact)
    }
    this.#roots = this.#order.length
    this.#propagate(ordered.map(({ fact }) => fact.id))
  }

  /** Gives a plugin its best version, and takes in what that needs. */
  async #decide(id: string): Promise<void> {
    const states = this.#trail.states(id)
    const candidates = this.#store.get(id)
    const offer = candidates.offers[lowest(states)]
    if (offer === undefined) throw new TypeError(`Cannot decide "${id}": it has no version left`)
    await this.#expand(candidates, offer)
    this.#propagate([id])
    // What it needs is known to be missing now: nothing was decided, so that nothing has to be taken back.
    if (isSingle(states) || this.#trail.states(id) !== states) return
    this.#trail.decide(id, states & -states)
    this.#propagate([id])
  }

  async #expand(candidates: Candidates, offer: Offer): Promise<void> {
    const { id } = candidates
    const version = `${id}@${offer.version}`
    if (this.#expanded.has(version)) return
    this.#expanded.add(version)
    const needs = await this.#store.needsOf(offer)
    await Promise.all(needs.map(async (need) => await this.#store.load(need.id)))
    for (const { written, id: needed, range } of needs) {
      const fact = `${id} ${written} ${range}`
      // What needs itself is a cycle, and found as one.
      if (needed === id || this.#expanded.has(fact)) continue
      this.#expanded.add(fact)
      const target = this.#meet(needed)
      const versions = candidates.where(({ plugins }) => plugins[written] === range)
      this.#add(
        [
          { id, set: versions },
          { id: needed, set: target.all & ~target.allowed({ kind: 'range', range }) },
        ],
        { kind: 'needs', id, versions: versionsIn(candidates, versions), needs: needed, range },
      )
    }
  }

  #meet(id: string): Candidates {
    const candidates = this.#store.get(id)
    if (this.#about.has(id)) return candidates
    this.#about.set(id, [])
    this.#order.push(id)
    this.#trail.begin(id, candidates.all)
    return candidates
  }

  /** Takes in what is known. A term that always holds says nothing. */
  #add(terms: readonly Term[], fact: Fact): void {
    this.#keep({
      terms: terms.filter(({ id, set }) => set !== this.#store.get(id).all),
      cause: fact,
    })
  }

  #keep(incompatibility: Incompatibility): void {
    if (incompatibility.terms.length === 0) throw new Unsolvable(incompatibility)
    const { level } = this.#trail
    for (const { id } of incompatibility.terms) {
      this.#about.get(id)?.push(incompatibility)
      if (level > 0) this.#fresh.push({ id, level })
    }
  }

  /** Draws all consequences; a conflict on the way is learned from. */
  #propagate(changed: Iterable<string>): void {
    const waiting = new Set(changed)
    for (const id of waiting) {
      waiting.delete(id)
      const known = this.#about.get(id) ?? []
      // What was learned last is the narrowest.
      for (let at = known.length - 1; at >= 0; at -= 1) {
        const incompatibility = known[at]
        if (incompatibility === undefined) continue
        const outcome = this.#consequence(incompatibility)
        if (outcome === undefined) continue
        if (outcome !== 'conflict') {
          waiting.add(outcome)
          continue
        }
        waiting.clear()
        waiting.add(this.#retreat(incompatibility))
        for (const each of this.#stale()) waiting.add(each)
        break
      }
    }
  }

  /** What follows for the one plugin that is still free to break an incompatibility; its id, when something does. */
  #consequence(incompatibility: Incompatibility): string | undefined {
    this.#checks += 1
    if (this.#checks > mostChecks) throw tooMuch()
    let free: Term | undefined
    for (const term of incompatibility.terms) {
      const states = this.#trail.states(term.id)
      if (isWithin(states, term.set)) continue
      if (free !== undefined || (states & term.set) === noState) return undefined
      free = term
    }
    if (free === undefined) return 'conflict'
    this.#trail.derive(free.id, this.#trail.states(free.id) & ~free.set, incompatibility)
    return free.id
  }

  /**
   * Finds the reason of a conflict, goes back to where it can still be heeded, and heeds it.
   *
   * @returns the plugin that is narrower now
   */
  #retreat(conflict: Incompatibility): string {
    let reason = conflict
    for (;;) {
      if (reason.terms.length === 0) throw new Unsolvable(reason)
      const { step, previousLevel } = this.#latest(reason)
      if (step.cause === undefined || previousLevel < step.level) {
        for (const { id } of reason.terms) this.#weights.set(id, (this.#weights.get(id) ?? 0) + 1)
        // Only the last decision is taken back, and not all since the reason holds: what was chosen meanwhile is mostly good.
        this.#trail.backtrack(Math.max(0, step.level - 1))
        this.#cursor = 0
        if (reason !== conflict) this.#keep(reason)
        this.#consequence(reason)
        return step.id
      }
      const { all } = this.#store.get(step.id)
      reason = combined(reason, step.cause, { id: step.id, all })
    }
  }

  /** The step that made the last of the terms hold, and the level at which all others held. */
  #latest({ terms }: Incompatibility): {
    readonly step: ReturnType<Trail['since']>['step']
    readonly previousLevel: number
  } {
    const steps = terms.map((term) => this.#trail.since(term)).toSorted((a, b) => b.place - a.place)
    const [last, ...others] = steps
    if (last === undefined) throw new TypeError('Cannot find what an empty term depends on')
    return { step: last.step, previousLevel: Math.max(0, ...others.map(({ step }) => step.level)) }
  }

  /** What was learned above the present level has consequences here too, which were taken back. */
  #stale(): readonly string[] {
    const { level } = this.#trail
    const stale = this.#fresh.filter((each) => each.level > level)
    if (stale.length === 0) return []
    const kept = this.#fresh.filter((each) => each.level <= level)
    const ids = [...new Set(stale.map(({ id }) => id))]
    this.#fresh = level === 0 ? kept : [...kept, ...ids.map((id) => ({ id, level }))]
    return ids
  }

  /** What was wanted comes first, in its order; then what needs no choice; then what conflicts were about most often. */
  #nextUndecided(): string | undefined {
    let next: string | undefined
    let weight = -1
    let isSettled = true
    for (let at = this.#cursor; at < this.#order.length; at += 1) {
      const id = this.#order[at]
      if (id === undefined) break
      const states = this.#trail.states(id)
      const { absent, offers } = this.#store.get(id)
      const mayBeAbsent = (states & absent) !== noState
      isSettled &&= !mayBeAbsent
      if (!mayBeAbsent) {
        const single = isSingle(states)
        const isDone =
          single && this.#expanded.has(`${id}@${offers[lowest(states)]?.version ?? ''}`)
        if (!isDone) {
          if (at < this.#roots || single) return id
          isSettled = false
          const own = this.#weights.get(id) ?? 0
          if (own > weight) {
            next = id
            weight = own
          }
        }
      }
      if (isSettled) this.#cursor = at + 1
    }
    return next
  }

  #chosen(): ReadonlyMap<string, Offer> {
    const chosen = new Map<string, Offer>()
    for (const id of this.#order) {
      const offer = this.#store.get(id).offers[lowest(this.#trail.states(id))]
      if (offer !== undefined && !this.#mayBeAbsent(id)) chosen.set(id, offer)
    }
    return chosen
  }

  #mayBeAbsent(id: string): boolean {
    return (this.#trail.states(id) & this.#store.get(id).absent) !== noState
  }

  /** A cycle among what was chosen, as what must not be chosen together: all versions that close it alike. */
  async #cycle(): Promise<Incompatibility | undefined> {
    const chosen = this.#chosen()
    const needs = new Map<string, readonly { readonly id: string; readonly written?: string }[]>()
    for (const [id, offer] of chosen) {
      const extra = (this.#extraNeeds.get(id) ?? []).map((each) => ({ id: each }))
      needs.set(id, [...(await this.#store.needsOf(offer)), ...extra])
    }
    const needsOf = (id: string) => (needs.get(id) ?? []).map((need) => need.id)
    const path = findCycle([...chosen.keys()].toSorted(), needsOf)
    if (path === undefined) return undefined
    const terms = path.map((id, at): Term => {
      const next = path[at + 1] ?? path[0]
      const { written } = (needs.get(id) ?? []).find((need) => need.id === next) ?? {}
      const set =
        written === undefined
          ? this.#trail.states(id)
          : this.#store.get(id).where(({ plugins }) => Object.hasOwn(plugins, written))
      return { id, set }
    })
    return { terms, cause: { kind: 'cycle', path } }
  }
}

/** Ends a solver: this is why. */
class Unsolvable extends Error {
  readonly conflict: Incompatibility

  constructor(conflict: Incompatibility) {
    super('no versions fit together')
    this.conflict = conflict
  }
}

function versionsIn(candidates: Candidates, set: StateSet): readonly string[] {
  return placesOf(set).flatMap((place) => candidates.offers[place]?.version ?? [])
}

function tooMuch(): PluginError {
  return new PluginError(
    'MB_PLUGIN_RESOLVE_LIMIT',
    'Cannot choose versions: what the plugins need of each other is too tangled',
    { hint: 'Install fewer plugins at once, or ask for exact versions' },
  )
}
