import type { JsonValue } from '@mb/kernel'
import { SyntaxProblem } from './parsed-configuration.ts'

const maxDepth = 16
const maxValues = 10_000

/**
 * A copy that JSON could carry.
 *
 * @throws SyntaxProblem for dates, functions, huge numbers, and for what is too deep or too much
 */
export function plainData(value: unknown): JsonValue {
  let count = 0
  return copy(value, 0)

  function copy(part: unknown, depth: number): JsonValue {
    count += 1
    if (depth > maxDepth || count > maxValues)
      throw new SyntaxProblem('it nests deeper, or holds more, than settings do')
    if (part === null || typeof part === 'string' || typeof part === 'boolean') return part
    if (typeof part === 'number' && Number.isFinite(part)) return part
    if (Array.isArray(part)) return part.map((item: unknown) => copy(item, depth + 1))
    if (typeof part === 'object' && isPlain(part))
      return Object.fromEntries(
        Object.entries(part).map(([key, member]) => [key, copy(member, depth + 1)]),
      )
    throw new SyntaxProblem(`it holds a value that is no text, number, boolean, list or group`)
  }
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}
