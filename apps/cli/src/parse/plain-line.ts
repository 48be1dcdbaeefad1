import type { ArgumentData, OptionData } from '../commands/command-data.ts'
import type { Given } from './invocation.ts'
import type { LineShape, LineValues } from './line-shape.ts'

/**
 * Reads a line as people mostly write them, as `readAnyLine` would; undefined where there is more to it, or something wrong with it.
 * The library that reads any line takes as long to load as all else that comes before a command.
 */
export function readPlainLine(words: readonly string[], shape: LineShape): LineValues | undefined {
  const given = new Map<string, Given>()
  const operands: string[] = []
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? ''
    if (word === '--' || (isOperand(word) && shape.isPassThrough === true)) {
      operands.push(...words.slice(word === '--' ? at + 1 : at))
      break
    }
    if (isOperand(word)) {
      operands.push(word)
      continue
    }
    const [name = '', ...written] = word.startsWith('--') ? splitOnce(word, '=') : [word]
    const option = shape.options.find((each) => isNamed(each, name))
    if (option === undefined || !isPlain(option)) return undefined
    if (option.value === undefined) {
      if (written.length > 0) return undefined
      given.set(option.name, true)
      continue
    }
    if (written.length === 0) at += 1
    const value = written[0] ?? words[at]
    // That could be the next option, with the value forgotten.
    if (value === undefined || (written.length === 0 && value.startsWith('-'))) return undefined
    given.set(option.name, withValue(option, given.get(option.name), value))
  }
  const read = assign(operands, shape.arguments)
  const isWhole = shape.options.every(
    ({ isRequired, name }) => isRequired !== true || given.has(name),
  )
  return read === undefined || !isWhole
    ? undefined
    : { arguments: read, options: withDefaults(given, shape.options) }
}

function isOperand(word: string): boolean {
  return word === '-' || !word.startsWith('-')
}

function splitOnce(word: string, by: string): readonly string[] {
  const at = word.indexOf(by)
  return at === -1 ? [word] : [word.slice(0, at), word.slice(at + 1)]
}

function isNamed({ name, short }: OptionData, word: string): boolean {
  return word === `--${name}` || (short !== undefined && word === `-${short}`)
}

/** A switch that takes back another, and a value that may be left out, have rules of their own. */
function isPlain({ name, isValueOptional }: OptionData): boolean {
  return !name.startsWith('no-') && isValueOptional !== true
}

function withValue({ isRepeatable }: OptionData, before: Given | undefined, value: string): Given {
  if (isRepeatable !== true) return value
  return Array.isArray(before) ? [...before, value] : [value]
}

/** Undefined where there are too few or too many. */
function assign(
  operands: readonly string[],
  declared: readonly ArgumentData[],
): ReadonlyMap<string, Given> | undefined {
  const most = declared.at(-1)?.variadic === true ? Infinity : declared.length
  if (operands.length > most) return undefined
  const values = new Map<string, Given>()
  for (const [at, data] of declared.entries()) {
    const value = data.variadic === true ? operands.slice(at) : (operands[at] ?? data.default)
    if (data.required === true && (value === undefined || at >= operands.length)) return undefined
    if (value !== undefined) values.set(data.name, value)
  }
  return values
}

function withDefaults(
  given: ReadonlyMap<string, Given>,
  options: readonly OptionData[],
): ReadonlyMap<string, Given> {
  return new Map(
    options.flatMap((option): readonly (readonly [string, Given])[] => {
      const value = given.get(option.name) ?? option.default
      return value === undefined ? [] : [[option.name, value]]
    }),
  )
}
