import type { RuleName } from '../rules/rules.ts'

/** What code can reach for. */
export type Capability = 'network' | 'files' | 'processes'

/** A place in a text, in UTF-16 code units from its start. */
export type Offset = number

/** Something that an engine saw in a file. */
export type SourceFact =
  | {
      readonly kind: 'use'
      readonly capability: Capability
      readonly what: string
      readonly at: Offset
    }
  | { readonly kind: 'breach'; readonly rule: RuleName; readonly what: string; readonly at: Offset }
  /** Another file that it loads as code, by its way from this one. */
  | { readonly kind: 'load'; readonly what: string; readonly at: Offset }

/** What an engine makes of a file. */
export type EngineResult =
  | { readonly ok: true; readonly facts: readonly SourceFact[] }
  | { readonly ok: false; readonly why: string; readonly at: Offset }
