import type { Problem } from './finding.ts'

/** Largest manifest that is read, in bytes. */
export const maxManifestBytes: number = 1024 * 1024

/** Deepest nesting that a manifest may have. */
export const maxDepth = 32

/** Most values that a manifest may hold; it has some hundred. */
export const maxValues = 20_000

/** What is said of a manifest that nests too deep. */
export const tooDeep: Problem = {
  code: 'too-deep',
  message: `The manifest nests deeper than ${maxDepth} levels`,
  path: [],
}

/** What is said of a manifest that holds too much, or whose aliases never end. */
export const tooManyValues: Problem = {
  code: 'too-many-values',
  message: `The manifest holds more than ${maxValues} values, aliases followed`,
  path: [],
}
