/** Bounds of the wire, which both sides keep. */
export const wireLimits: {
  /** Longest JSON answer. */
  readonly answerBytes: number
  /** Longest README that is shown, in UTF-8. */
  readonly readmeBytes: number
  /** Most hits of one search. */
  readonly searchLimit: number
  /** Furthest hit that a search reaches. */
  readonly searchOffset: number
  /** Longest query of a search, in characters. */
  readonly queryLength: number
  /** Most versions that one answer lists. */
  readonly versions: number
  /** Most artefacts of one version. */
  readonly artefacts: number
  /** Most reasons and warnings of one answer, each. */
  readonly reasons: number
  /** How far the clock of somebody who enrols a key may be off. */
  readonly enrolmentMs: number
} = {
  answerBytes: 4 * 1024 * 1024,
  readmeBytes: 256 * 1024,
  searchLimit: 100,
  searchOffset: 10_000,
  queryLength: 200,
  versions: 2000,
  artefacts: 32,
  reasons: 200,
  enrolmentMs: 5 * 60_000,
}
