import type { JsonValue } from '@mb/kernel'
import { maxDepth, maxValues, tooDeep, tooManyValues } from './bounds.ts'
import type { Problem } from './finding.ts'

/** Plain data, or why it is none. */
export type PlainValue =
  | { readonly ok: true; readonly value: JsonValue }
  | { readonly ok: false; readonly problem: Problem }

/**
 * The value as plain JSON data that shares nothing with it, or what makes it none: too deep, too large once its
 * aliases are followed, or of a type that JSON does not have.
 */
export function plainValue(value: unknown): PlainValue {
  let count = 0

  function copy(part: unknown, path: readonly (string | number)[]): JsonValue {
    count += 1
    if (count > maxValues) throw new Refused(tooManyValues)
    if (path.length > maxDepth) throw new Refused(tooDeep)
    if (part === null || typeof part === 'string' || typeof part === 'boolean') return part
    if (typeof part === 'number' && Number.isFinite(part)) return part
    if (Array.isArray(part)) return part.map((item: unknown, index) => copy(item, [...path, index]))
    if (typeof part === 'object')
      return Object.fromEntries(
        Object.entries(part).map(([key, member]) => [key, copy(member, [...path, key])]),
      )
    throw new Refused({
      code: 'wrong-type',
      message: `A value of type ${typeof part} cannot stand in a manifest`,
      path,
    })
  }

  try {
    return { ok: true, value: copy(value, []) }
  } catch (error) {
    if (error instanceof Refused) return { ok: false, problem: error.problem }
    throw error
  }
}

class Refused extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.message)
    this.problem = problem
  }
}
