import type { Definition } from './scopes.ts'

/** What an expression of Python may come to. */
export type Value =
  | { readonly kind: 'text'; readonly text: string }
  /** A module or a member of one, as `os.path.join`; of a call, as `pathlib.Path()`. Built-in names are members of `builtins`. */
  | { readonly kind: 'member'; readonly path: string }
  /** Text that was decoded, or bytes on their way to it. */
  | { readonly kind: 'decoded' }
  | { readonly kind: 'function'; readonly definition: Definition }

/** Text that was decoded. */
export const decoded: Value = { kind: 'decoded' }

const maxTextLength = 256

/** A text that is known, or its beginning. */
export function textValue(text: string): Value {
  return { kind: 'text', text: text.slice(0, maxTextLength) }
}

/** A member of a value. */
export function memberOf(value: Value | undefined, name: string | undefined): Value | undefined {
  if (value === undefined || name === undefined) return undefined
  if (value.kind === 'decoded') return value
  return value.kind === 'member' ? { kind: 'member', path: `${value.path}.${name}` } : undefined
}

/** What may be decoded is taken for it; otherwise the first that is known. */
export function gravest(values: readonly (Value | undefined)[]): Value | undefined {
  return (
    values.find((value) => value?.kind === 'decoded') ?? values.find((value) => value !== undefined)
  )
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
