import semver from 'semver'

// One clause of a Python version specifier (PEP 440).
const clause = /^(~=|===?|<=|>=|<|>)\s*(\d+(?:\.\d+){0,2})(\.\*)?$/
/** Whether a version comes before another. Both are versions that a manifest may have. */
export function isOlder(version: string, than: string): boolean {
  return semver.lt(version, than)
}

/** Each further range multiplies them, and they come from strangers. */
const maxAlternatives = 64

/**
 * The range of the versions that fit both.
 *
 * @returns undefined when it takes too many alternatives to say
 */
export function joinRanges(range: string, other: string): string | undefined {
  if (range === '*' || range === other) return other
  if (other === '*') return range
  // Each alternative of one with each of the other.
  const [left, right] = [alternatives(range), alternatives(other)]
  if (left.length * right.length > maxAlternatives) return undefined
  return left.flatMap((one) => right.map((two) => `${one} ${two}`)).join(' || ')
}

/** Written out: `1 - 2` cannot stand beside anything. */
function alternatives(range: string): readonly string[] {
  return (semver.validRange(range) ?? range).split('||')
}

/** Whether some version fits both ranges, as a manifest has them. */
export function rangesMeet(range: string, other: string): boolean {
  return semver.intersects(range, other)
}

// What only Python writes; semver reads some of it, and means another range.
const pythonMark = /~=|==|,/
// A package of npm, PyPI or Cargo, with the extras that PyPI knows, and what is said of its versions.
const requirement =
  /^(@[a-z0-9][\w.-]*\/[a-z0-9][\w.-]*|[a-z0-9][\w.-]*)\s*(\[[\w,\s.-]*\])?\s*(?:(@)\s*)?(.*)$/i

const maxLength = 256

/**
 * A range of versions as semver writes it; Python's way (`>=2.0,<3`, `~=1.4`, `==3.8.*`) is read too.
 *
 * @returns undefined when it is no range, or one that semver cannot say (`!=`)
 */
export function readRange(text: string): string | undefined {
  const range = text.trim()
  if (range.length > maxLength) return undefined
  if (range === '') return '*'
  if (pythonMark.test(range)) return readPythonRange(range)
  return semver.validRange(range) === null ? undefined : range
}

/**
 * Reads an entry of the short form of `dependencies`: `requests`, `requests>=2.0,<3`, `left-pad@^1.3.0`.
 *
 * @returns undefined when it is neither
 */
export function readRequirement(
  text: string,
): { readonly name: string; readonly range: string } | undefined {
  if (text.length > maxLength) return undefined
  const [, name, extras = '', at, versions = ''] = requirement.exec(text.trim()) ?? []
  if (name === undefined) return undefined
  const isPython = at === undefined && versions !== ''
  const range = isPython ? readPythonRange(versions) : readRange(versions)
  return range === undefined ? undefined : { name: `${name}${extras}`, range }
}

/** A version specifier of Python (PEP 440) as semver says it. */
function readPythonRange(text: string): string | undefined {
  const clauses = text.split(',').map((part) => fromPython(part.trim()))
  if (clauses.some((part) => part === undefined)) return undefined
  const range = clauses.join(' ')
  return semver.validRange(range) === null ? undefined : range
}

function fromPython(text: string): string | undefined {
  const [, operator, version = '', wildcard = ''] = clause.exec(text) ?? []
  if (operator === undefined) return undefined
  const parts = version.split('.').map(Number)
  const plain = parts.join('.')
  switch (operator) {
    case '~=':
      // PEP 440: all but the last part stay.
      if (wildcard !== '' || parts.length < 2) return undefined
      return `>=${padded(parts)} <${upperBound(parts)}`
    case '==':
    case '===':
      if (wildcard !== '') return parts.length < 3 ? `${plain}.x` : undefined
      return `=${padded(parts)}`
    case '>':
      // semver reads `>1` as "from 2", Python as "after 1.0.0".
      return wildcard === '' ? `>${padded(parts)}` : undefined
    case '<=':
      return wildcard === '' ? `<=${padded(parts)}` : undefined
    default:
      return wildcard === '' ? `${operator}${padded(parts)}` : undefined
  }
}

function upperBound(parts: readonly number[]): string {
  const kept = parts.slice(0, -1)
  return padded(kept.map((part, index) => (index === kept.length - 1 ? part + 1 : part)))
}

function padded(parts: readonly number[]): string {
  return [...parts, 0, 0].slice(0, 3).join('.')
}
