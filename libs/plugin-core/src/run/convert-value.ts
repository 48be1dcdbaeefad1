import type { ValueDeclaration } from '@mb/manifest'

/** A value of the declared type, or why a text is none. */
export type Conversion =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly expected: string }

/** A decimal number as people write it: `Number()` alone would read `0x10`, an empty text and `Infinity`. */
const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?$/i

/** Converts one word that a person typed, or one value that a program gave, to its declared type. */
export function convertValue(
  declaration: Pick<ValueDeclaration, 'type' | 'choices'>,
  given: unknown,
): Conversion {
  const { type, choices } = declaration
  switch (type) {
    case 'number':
      return convertNumber(given, Number.isFinite, 'a number')
    case 'integer':
      return convertNumber(given, Number.isSafeInteger, 'a whole number')
    case 'boolean':
      return convertBoolean(given)
    case 'url':
      return typeof given === 'string' && URL.canParse(given)
        ? { ok: true, value: given }
        : { ok: false, expected: 'an address with its scheme, as https://example.org/' }
    case 'file':
    case 'dir':
      return isPath(given)
        ? { ok: true, value: given }
        : { ok: false, expected: `the path of a ${type === 'dir' ? 'folder' : 'file'}` }
    case 'string':
    case 'secret':
      return convertText(given, choices)
  }
}

function convertText(given: unknown, choices: readonly string[] | undefined): Conversion {
  if (typeof given !== 'string') return { ok: false, expected: 'text' }
  return choices === undefined || choices.includes(given)
    ? { ok: true, value: given }
    : { ok: false, expected: `one of ${choices.join(', ')}` }
}

function convertNumber(
  given: unknown,
  fits: (value: number) => boolean,
  expected: string,
): Conversion {
  const value = typeof given === 'string' && decimal.test(given.trim()) ? Number(given) : given
  return typeof value === 'number' && fits(value) ? { ok: true, value } : { ok: false, expected }
}

function convertBoolean(given: unknown): Conversion {
  if (given === true || given === 'true') return { ok: true, value: true }
  if (given === false || given === 'false') return { ok: true, value: false }
  return { ok: false, expected: 'true or false' }
}

function isPath(given: unknown): boolean {
  return typeof given === 'string' && given !== '' && !given.includes('\0')
}
