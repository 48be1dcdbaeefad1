import { lightList, lightMap, lightPair, lightText } from './light-scalar.ts'

/** In which form a key's value is wanted: as text, as texts, as pairs of texts; or whether it is empty. */
export type Wanted = 'text' | 'list' | 'map' | 'extent'

/** What stands at the top of a document, by its keys. */
export type LightDocument = ReadonlyMap<string, LightValue>

/** A value of a {@link LightDocument}, in the form in which it was wanted. */
export type LightValue =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'map'; readonly pairs: Readonly<Record<string, string>> }
  | { readonly kind: 'extent'; readonly isEmpty: boolean }

/**
 * Reads what stands at the top of a YAML document as far as that is plain to see, line by line: in a hundredth of the
 * time of a parser, of which nothing is loaded.
 *
 * It either says what a parser would say of a document that is in order, or nothing. It does not say that a document is
 * in order: what stands deeper is passed over.
 *
 * @param wanted - how the value of each key is wanted; undefined for a key that is not known
 * @returns undefined when a YAML parser has to say
 */
export function readLightYaml(
  text: string,
  wanted: (key: string) => Wanted | undefined,
): LightDocument | undefined {
  // The other line ends of YAML.
  if (/\r(?!\n)/.test(text)) return undefined
  const result = new Map<string, LightValue>()
  let part: Part | undefined
  let isStarted = false
  for (const raw of text.split('\n')) {
    const line = raw.trimEnd()
    if (isPassedOver(line)) continue
    if (!isStarted && line === '---') {
      isStarted = true
      continue
    }
    isStarted = true
    if (isNested(line)) {
      if (part === undefined) return undefined
      part.nested.push(line)
      continue
    }
    if (part !== undefined && !take(part)) return undefined
    part = partOf(line)
    if (part === undefined) return undefined
  }
  return part === undefined || !take(part) ? undefined : result

  function take({ key, value, nested }: Part): boolean {
    const how = wanted(key)
    const read = how === undefined ? undefined : readers[how](value, nested)
    if (read === undefined || result.has(key)) return false
    result.set(key, read)
    return true
  }
}

/** A key at the top, with what stands behind it and the lines below it. */
interface Part {
  readonly key: string
  readonly value: string
  readonly nested: string[]
}

type Reader = (value: string, nested: readonly string[]) => LightValue | undefined

const readers: Readonly<Record<Wanted, Reader>> = {
  text: (value, nested) => {
    const text = nested.length === 0 ? lightText(value) : undefined
    return text === undefined ? undefined : { kind: 'text', text }
  },
  list: (value, nested) => {
    const items = isNothing(value) ? blockList(nested) : onOneLine(lightList, value, nested)
    return items === undefined ? undefined : { kind: 'list', items }
  },
  map: (value, nested) => {
    const all = isNothing(value) ? blockMap(nested) : onOneLine(lightMap, value, nested)
    const pairs = all === undefined ? undefined : unique(all)
    return pairs === undefined ? undefined : { kind: 'map', pairs }
  },
  extent: (value, nested) => {
    const isEmpty = isNothing(value) ? isBlockEmpty(nested) : isFlowEmpty(value, nested)
    return isEmpty === undefined ? undefined : { kind: 'extent', isEmpty }
  },
}

function partOf(line: string): Part | undefined {
  const [, key, value = ''] = /^([A-Za-z$][\w$-]*):(?: +(.*))?$/.exec(line) ?? []
  return key === undefined ? undefined : { key, value, nested: [] }
}

function isPassedOver(line: string): boolean {
  return line === '' || /^\s*#/.test(line)
}

/** Below a key at the top: indented, or an item of a list, which may stand in the column of its key. */
function isNested(line: string): boolean {
  return line.startsWith(' ') || line.startsWith('- ') || line === '-'
}

function isNothing(value: string): boolean {
  return value === '' || value.startsWith('#')
}

function onOneLine<T>(
  read: (value: string) => T | undefined,
  value: string,
  nested: readonly string[],
): T | undefined {
  return nested.length === 0 ? read(value) : undefined
}

function isBlockEmpty([first]: readonly string[]): boolean | undefined {
  // An item of a list, or a key; what else may stand on the next line is for a parser.
  return first !== undefined && /^ *(?:- ?|[\w$"'][^[{]*:)/.test(first) ? false : undefined
}

function isFlowEmpty(value: string, nested: readonly string[]): boolean | undefined {
  if (/^[&*!]|^[[{] *(?:#|$)/.test(value)) return undefined
  return nested.length === 0 && /^(?:\[ *\]|\{ *\})(?: +#|$)/.test(value)
}

function blockList(lines: readonly string[]): readonly string[] | undefined {
  return inColumn(
    lines.map((line) => {
      const [, indent = '', value = ''] = /^( *)- +(.*)$/.exec(line) ?? []
      return { indent: indent.length, part: lightText(value) }
    }),
  )
}

function blockMap(lines: readonly string[]): readonly (readonly [string, string])[] | undefined {
  return inColumn(lines.map((line) => ({ indent: indentOf(line), part: lightPair(line.trim()) })))
}

/** The parts of lines, when all of them stand in one column and each is understood. */
function inColumn<T>(
  lines: readonly { readonly indent: number; readonly part: T | undefined }[],
): readonly T[] | undefined {
  const [first] = lines
  const parts = lines.flatMap(({ indent, part }) =>
    part === undefined || indent !== first?.indent ? [] : [part],
  )
  return first !== undefined && parts.length === lines.length ? parts : undefined
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length
}

function unique(
  pairs: readonly (readonly [string, string])[],
): Readonly<Record<string, string>> | undefined {
  const names = new Set(pairs.map(([name]) => name))
  return names.size === pairs.length ? Object.fromEntries(pairs) : undefined
}
