/** What an expression may come to, as far as it can be told without running it. */
export type Value =
  /** A text that is known, or its beginning. */
  | { readonly kind: 'text'; readonly text: string }
  /** A member of a module: `fs.promises.readFile` is path ['promises', 'readFile']. */
  | { readonly kind: 'module'; readonly module: string; readonly path: readonly string[] }
  /** A global, or a member of one. */
  | { readonly kind: 'global'; readonly path: readonly string[] }
  /** Text that was decoded, or bytes on their way to it. */
  | { readonly kind: 'decoded' }
  /** A function of the same file; the rest is known to whoever asked. */
  | { readonly kind: 'function' }

/** Text that was decoded. */
export const decoded: Value = { kind: 'decoded' }

// Names of modules and members are short; what follows cannot matter.
const maxTextLength = 256

/** A text that is known. */
export function textValue(text: string): Value {
  return { kind: 'text', text: text.length > maxTextLength ? text.slice(0, maxTextLength) : text }
}

/** Text that is joined with text that was decoded is as unreadable as the latter. */
export function joined(parts: readonly (Value | undefined)[], between = ''): Value | undefined {
  if (parts.some((part) => part?.kind === 'decoded')) return decoded
  let whole = ''
  for (const [at, part] of parts.entries()) {
    if (part?.kind !== 'text') return undefined
    if (whole.length <= maxTextLength) whole += at === 0 ? part.text : between + part.text
  }
  return textValue(whole)
}

/** The value that a name has out of several: what may be decoded is taken for it, then the first that is known. */
export function gravest(values: readonly (Value | undefined)[]): Value | undefined {
  return (
    values.find((value) => value?.kind === 'decoded') ?? values.find((value) => value !== undefined)
  )
}

const globalObjects = new Set(['globalThis', 'global', 'window', 'self'])

/** A member of a value. */
export function memberOf(object: Value | undefined, name: string | undefined): Value | undefined {
  if (object === undefined || name === undefined) return undefined
  switch (object.kind) {
    case 'decoded':
      return name === 'length' ? undefined : object
    case 'module': {
      const isSame = name === 'default' && object.path.length === 0
      return isSame ? object : { ...object, path: [...object.path, name] }
    }
    case 'global': {
      const [first = '', ...rest] = object.path
      const path = rest.length === 0 && globalObjects.has(first) ? [name] : [...object.path, name]
      return { kind: 'global', path }
    }
    case 'function':
      return name === 'constructor' ? { kind: 'global', path: ['Function'] } : undefined
    case 'text':
      return undefined
    default:
      return undefined
  }
}
