/** One thing that is wrong with a manifest, and where. */
export interface ManifestFinding {
  readonly severity: 'error' | 'warning'
  /** A stable id, as `unknown-key`. */
  readonly code: ManifestFindingCode
  readonly message: string
  /** Where in the manifest: `permissions.fs.read.0.path`; `''` for the manifest as a whole. */
  readonly path: string
  /** From 1. */
  readonly line?: number
  /** From 1. */
  readonly column?: number
  /** The next step. */
  readonly hint?: string
}

/** What can be wrong with a manifest. */
export const findingCodes = [
  'too-large',
  'not-text',
  'syntax',
  'duplicate-key',
  'reserved-key',
  'unsafe-yaml',
  'too-deep',
  'too-many-values',
  'unknown-key',
  'older-key',
  'same-key-twice',
  'missing-key',
  'wrong-type',
  'bad-value',
  'bad-name',
  'bad-version',
  'bad-range',
  'bad-entry',
  'bad-path',
  'bad-host',
  'bad-command',
  'bad-default',
  'bad-url',
  'duplicate-name',
  'missing-license',
  'bad-license',
] as const

/** One of {@link findingCodes}. */
export type ManifestFindingCode = (typeof findingCodes)[number]

/** What was found before it is known where in the text it stands. */
export interface Problem {
  readonly severity?: 'error' | 'warning'
  readonly code: ManifestFindingCode
  readonly message: string
  readonly path: readonly (string | number)[]
  readonly hint?: string | undefined
}

/** Where something stands, from 1. */
export interface Place {
  readonly line: number
  readonly column: number
}

/** A problem whose place is known already. */
export type PlacedProblem = Problem & { readonly place?: Place | undefined }
