import type { StateSet } from './state-set.ts'

/** A plugin, and a set of states of it. */
export interface Term {
  readonly id: string
  readonly set: StateSet
}

/** What is known of the world and cannot be argued with. */
export type Fact =
  /** Somebody wants the plugin to be there. */
  | { readonly kind: 'asked'; readonly id: string; readonly range?: string }
  /** The plugin is installed, and stays. */
  | { readonly kind: 'installed'; readonly id: string; readonly version: string }
  /** This version was chosen before, and stays. */
  | { readonly kind: 'chosen'; readonly id: string; readonly version: string }
  /** These versions of the plugin need another one. */
  | {
      readonly kind: 'needs'
      readonly id: string
      readonly versions: readonly string[]
      readonly needs: string
      readonly range: string
    }
  /** Each of these plugins needs the next one, and the last one the first. */
  | { readonly kind: 'cycle'; readonly path: readonly string[] }

/** Not all of these terms can hold at once (a "nogood"). */
export interface Incompatibility {
  readonly terms: readonly Term[]
  /** Why: a fact, or two others that were put together. */
  readonly cause: Fact | readonly [Incompatibility, Incompatibility]
}

/**
 * What two incompatibilities say together when a plugin is in the states of neither: the rule of resolution, for more
 * than two states. When every state of the plugin is in one of both, it no longer matters.
 */
export function combined(
  conflict: Incompatibility,
  other: Incompatibility,
  { id, all }: { readonly id: string; readonly all: StateSet },
): Incompatibility {
  const sets = new Map<string, StateSet>()
  let either = 0n
  for (const term of [...conflict.terms, ...other.terms]) {
    if (term.id === id) either |= term.set
    else sets.set(term.id, (sets.get(term.id) ?? term.set) & term.set)
  }
  if (either !== all) sets.set(id, either)
  const terms = [...sets].map(([each, set]) => ({ id: each, set }))
  return { terms, cause: [conflict, other] }
}
