import type { Incompatibility, Term } from './incompatibility.ts'
import { isWithin, type StateSet } from './state-set.ts'

/** One step of what is supposed: a plugin has fewer states left. */
export interface Assignment {
  readonly id: string
  readonly before: StateSet
  readonly after: StateSet
  /** How many decisions were made until then. */
  readonly level: number
  /** What left no other way; undefined for a decision. */
  readonly cause: Incompatibility | undefined
}

/** All that is supposed, in its order, so that it can be taken back. */
export class Trail {
  readonly #states = new Map<string, StateSet>()
  readonly #steps: Assignment[] = []
  readonly #stepsOf = new Map<string, number[]>()
  #level = 0

  get level(): number {
    return this.#level
  }

  /** Makes a plugin known, with all the states that it may have. */
  begin(id: string, all: StateSet): void {
    this.#states.set(id, all)
    this.#stepsOf.set(id, [])
  }

  /** The states that a plugin has left. */
  states(id: string): StateSet {
    const states = this.#states.get(id)
    if (states === undefined)
      throw new TypeError(`Cannot tell the states of "${id}": it is not known`)
    return states
  }

  decide(id: string, after: StateSet): void {
    this.#level += 1
    this.#take(id, after, undefined)
  }

  derive(id: string, after: StateSet, cause: Incompatibility): void {
    this.#take(id, after, cause)
  }

  #take(id: string, after: StateSet, cause: Incompatibility | undefined): void {
    this.#stepsOf.get(id)?.push(this.#steps.length)
    this.#steps.push({ id, before: this.states(id), after, level: this.#level, cause })
    this.#states.set(id, after)
  }

  /** Takes back all that was supposed above a level. */
  backtrack(level: number): void {
    for (let step = this.#steps.at(-1); step !== undefined; step = this.#steps.at(-1)) {
      if (step.level <= level) break
      this.#steps.pop()
      this.#stepsOf.get(step.id)?.pop()
      this.#states.set(step.id, step.before)
    }
    this.#level = level
  }

  /** The step since which a term holds; and its place, to tell which of two came later. */
  since({ id, set }: Term): { readonly step: Assignment; readonly place: number } {
    for (const place of this.#stepsOf.get(id) ?? []) {
      const step = this.#steps[place]
      if (step !== undefined && isWithin(step.after, set)) return { step, place }
    }
    throw new TypeError(`Cannot tell since when "${id}" is decided: it is not`)
  }
}
