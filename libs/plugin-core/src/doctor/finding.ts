/** What a doctor may find. */
export type FindingCode =
  | 'state-unreadable'
  | 'state-later'
  | 'state-lost'
  | 'journal-unreadable'
  | 'change-unfinished'
  | 'index-stale'
  | 'package-missing'
  | 'package-changed'
  | 'package-unknown'
  | 'staging-left'
  | 'grants-unreadable'
  | 'grant-dangling'
  | 'grant-stale'
  | 'values-unreadable'
  | 'usage-unreadable'
  | 'requirement-missing'
  | 'mode-open'

/** One thing that is not as it should be. */
export interface Finding {
  readonly code: FindingCode
  /** `error` keeps something from running or working; `warning` does not. */
  readonly severity: 'error' | 'warning'
  /** What it is and what it means, in a sentence. */
  readonly message: string
  /** What mends it: what `--fix` does, or what a person has to do. */
  readonly mend: string
  /** Whether `--fix` can do it. */
  readonly isMendable: boolean
  /** The plugin that it is about. */
  readonly plugin?: string
  /** The version that it is about. */
  readonly version?: string
  readonly path?: string
}
