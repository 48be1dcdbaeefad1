import type { ValueDeclaration, ValueType } from '@mb/manifest'

/** A value of the declared type, or why a text is none. */
export type Conversion =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly expected: string }

/** A decimal number as people write it: `Number()` alone would read `0x10`, an empty text and `Infinity`. */
const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?$/i

/** Converts one word that a person typed, or one value that a program gave, to its declared type. */
export function convertValue(
  { type, choices }: Pick<ValueDeclaration, 'type' | 'choices'>,
  given: unknown,
): Conversion {
  return conversions[type](given, choices)
}

type Convert = (given: unknown, choices: readonly string[] | undefined) => Conversion

const conversions: Readonly<Record<ValueType, Convert>> = {
  string: convertText,
  secret: convertText,
  number: (given) => convertNumber(given, Number.isFinite, 'a number'),
  integer: (given) => convertNumber(given, Number.isSafeInteger, 'a whole number'),
  boolean: convertBoolean,
  url: convertUrl,
  file: (given) => convertPath(given, 'the path of a file'),
  dir: (given) => convertPath(given, 'the path of a folder'),
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

function convertUrl(given: unknown): Conversion {
  return typeof given === 'string' && URL.canParse(given)
    ? { ok: true, value: given }
    : { ok: false, expected: 'an address with its scheme, as https://example.org/' }
}

function convertPath(given: unknown, expected: string): Conversion {
  return typeof given === 'string' && given !== '' && !given.includes('\0')
    ? { ok: true, value: given }
    : { ok: false, expected }
}
