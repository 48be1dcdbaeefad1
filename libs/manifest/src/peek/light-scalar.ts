// The core schema of YAML 1.2.2 (10.3.2) makes something else than text of these.
const noText =
  /^(?:~|null|Null|NULL|true|True|TRUE|false|False|FALSE|0o[0-7]+|0x[0-9a-fA-F]+|[-+]?\.(?:inf|Inf|INF)|\.nan|\.NaN|\.NAN|[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?)$/

const indicators = new Set('-?:,[]{}#&*!|>\'"%@`')

/** Longest line that is looked at; the patterns below look at some characters twice. */
const maxLength = 4096

/**
 * The text that a value on one line is, as far as that is plain to see: a plain scalar that YAML takes for text, or one
 * in quotes without escapes.
 *
 * @returns undefined when a YAML parser has to say
 */
export function lightText(value: string): string | undefined {
  if (value.length > maxLength) return undefined
  const quoted = /^(?:"([^"\\]*)"|'((?:[^']|'')*)')(?: +#.*)?$/.exec(value)
  if (quoted !== null) return quoted[1] ?? quoted[2]?.replaceAll("''", "'")
  if (value === '' || indicators.has(value.charAt(0)) || noText.test(value)) return undefined
  // A comment, or a key: both end a plain scalar.
  return /\s#|:(?:\s|$)/.test(value) ? undefined : value
}

/**
 * The texts of a list that stands on one line: `[git, "mark down"]`.
 *
 * @returns undefined when a YAML parser has to say
 */
export function lightList(value: string): readonly string[] | undefined {
  const inner = insideOf(value, '[', ']')
  return inner === undefined ? undefined : partsOf(inner, listItem, lightText)
}

/**
 * The pairs of a map that stands on one line: `{ acme/pdf: ^1.0.0 }`.
 *
 * @returns undefined when a YAML parser has to say
 */
export function lightMap(value: string): readonly (readonly [string, string])[] | undefined {
  const inner = insideOf(value, '{', '}')
  return inner === undefined ? undefined : partsOf(inner, mapItem, lightPair)
}

/**
 * `key: value`, both of them texts.
 *
 * @returns undefined when a YAML parser has to say
 */
export function lightPair(text: string): readonly [string, string] | undefined {
  if (text.length > maxLength) return undefined
  const [, key, value = ''] = /^([A-Za-z][\w./-]*|"[^"\\]*"|'[^']*'): +(.*)$/.exec(text) ?? []
  const name = key === undefined ? undefined : lightText(key)
  const content = lightText(value)
  return name === undefined || content === undefined ? undefined : [name, content]
}

// Within brackets none of `,[]{}` can be part of a plain scalar.
const listItem = / *("[^"\\]*"|'(?:[^']|'')*'|[^\s,[\]{}"'][^,[\]{}"']*?) *(?:,|$)/y
const mapItem =
  / *((?:[A-Za-z][\w./-]*|"[^"\\]*"|'[^']*'): +(?:"[^"\\]*"|'(?:[^']|'')*'|[^\s,[\]{}"'][^,[\]{}"']*?)) *(?:,|$)/y

function insideOf(value: string, open: string, close: string): string | undefined {
  if (value.length > maxLength) return undefined
  const whole = value.replace(/ +#[^"'\]}]*$/, '')
  return whole.startsWith(open) && whole.endsWith(close) ? whole.slice(1, -1).trim() : undefined
}

function partsOf<T>(
  text: string,
  pattern: RegExp,
  read: (part: string) => T | undefined,
): readonly T[] | undefined {
  // A comma at the end is allowed there, and nothing follows it.
  if (text.endsWith(',')) return undefined
  const parts: T[] = []
  pattern.lastIndex = 0
  while (pattern.lastIndex < text.length) {
    const found = pattern.exec(text)?.[1]
    const part = found === undefined ? undefined : read(found)
    if (part === undefined) return undefined
    parts.push(part)
  }
  return parts
}
