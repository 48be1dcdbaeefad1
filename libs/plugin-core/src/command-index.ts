/**
 * The commands of all installed plugins as one small file, so that help, completion and dispatch load no plugin, no
 * manifest and no library. It is a cache of the state: missing or broken, it reads as empty.
 *
 * @module
 */
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ArgumentDeclaration, OptionDeclaration } from '@mb/manifest'

/** The whole index. */
export interface CommandIndex {
  /** Number of the state that it was made from. */
  readonly generation: number
  /** In code-unit order of their words. */
  readonly commands: readonly IndexedCommand[]
}

/** One command that can be typed. */
export interface IndexedCommand {
  /** What a person types after `mb`. */
  readonly word: string
  /** `namespace/name`. */
  readonly plugin: string
  readonly version: string
  /** The command's name in the manifest. */
  readonly command: string
  /** One harmless line. */
  readonly summary: string
  readonly arguments: readonly ArgumentDeclaration[]
  readonly options: readonly OptionDeclaration[]
}

/** Longest index that is read, in bytes: about 10,000 commands. */
export const maxIndexBytes: number = 8 * 1024 * 1024

/**
 * Reads the index of a home folder; empty when there is none, or none that can be used. For a single command, and for what
 * can be typed at all, {@link readCommandWords} is many times quicker.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { readCommandIndex } from '@mb/plugin-core/command-index'
 *
 * assert.deepEqual(readCommandIndex('/nowhere'), { generation: 0, commands: [] })
 * ```
 */
export function readCommandIndex(home: string): CommandIndex {
  return parseIndex(readText(home)) ?? { generation: 0, commands: [] }
}

/** A word that can be typed, and what it does. */
export type IndexedWord = Pick<IndexedCommand, 'word' | 'plugin' | 'command' | 'summary'>

/** What can be typed, of which each is understood only when somebody asks: of a thousand commands one is run. */
export interface CommandWords {
  /** How many there are. */
  readonly count: number
  /** The first of them in code-unit order, all by default; what is no word is left out. */
  list(most?: number): readonly IndexedWord[]
  /** The command of a word. */
  find(word: string): IndexedCommand | undefined
}

/** Reads what can be typed out of the index of a home folder; nothing when there is none, or none that can be used. */
export function readCommandWords(home: string): CommandWords {
  const text = readText(home)
  const head = headOf(text)
  if (head === undefined) return { count: 0, list: () => [], find: () => undefined }
  return {
    count: head.count,
    list: (most = head.count) => wordsIn(text, most),
    find: (word) => {
      const at = text.indexOf(`\n${word}\t`)
      return at === -1 ? undefined : commandIn(text.slice(at + 1, text.indexOf('\n', at + 1)))
    },
  }
}

/** The text of an index: a line that says what it is, and a line for each command. */
export function commandIndexText({ generation, commands }: CommandIndex): string {
  const lines = commands.map((command) => {
    const { word, plugin, version, command: name, summary, arguments: takes, options } = command
    const details = JSON.stringify({ arguments: takes, options })
    return [word, plugin, version, name, summary, details].join('\t')
  })
  return `${[`[${form},${generation},${commands.length}]`, ...lines].join('\n')}\n`
}

/** The number of the form that the index is written in. */
const form = 2

/** The first line: the numbers of the form, of the state, and of the commands. */
function headOf(text: string): { readonly generation: number; readonly count: number } | undefined {
  const [, read, generation, count] = /^\[(\d),(\d{1,15}),(\d{1,15})\]\n/.exec(text) ?? []
  return Number(read) === form
    ? { generation: Number(generation), count: Number(count) }
    : undefined
}

function readText(home: string): string {
  try {
    return readBounded(join(home, 'commands.index'))
  } catch {
    // Absent and unreadable are one: whoever changes the state next writes it anew.
    return ''
  }
}

function readBounded(path: string): string {
  // A named pipe in its place would block the open for ever.
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  try {
    const facts = fstatSync(file)
    return facts.isFile() && facts.size <= maxIndexBytes ? readFileSync(file, 'utf8') : ''
  } finally {
    closeSync(file)
  }
}

function parseIndex(text: string): CommandIndex | undefined {
  const head = headOf(text)
  const lines = text.split('\n').slice(1)
  // What was cut off has no last line.
  if (head === undefined || lines.pop() !== '' || head.count !== lines.length) return undefined
  const commands = lines.map(commandIn).filter((command) => command !== undefined)
  return commands.length === lines.length ? { generation: head.generation, commands } : undefined
}

function wordsIn(text: string, most: number): readonly IndexedWord[] {
  const words: IndexedWord[] = []
  let at = text.indexOf('\n') + 1
  for (let end = text.indexOf('\n', at); end !== -1 && words.length < most;) {
    const [word = '', plugin = '', , command = '', summary = ''] = text
      .slice(at, end)
      .split('\t', 5)
    if (isWord.test(word) && isPlugin.test(plugin) && isName.test(command))
      words.push({ word, plugin, command, summary })
    at = end + 1
    end = text.indexOf('\n', at)
  }
  return words
}

// Each part has the form that a manifest would have held it to: a reader may print it and hand it to a parser of options.
const isWord = /^[a-z][a-z0-9:-]{0,128}$/
const isPlugin = /^[a-z][a-z0-9-]{0,63}\/[a-z][a-z0-9-]{0,63}$/
const isName = /^[a-z][a-z0-9-]{0,63}$/
const isVersion = /^[\w.+-]{1,128}$/

function commandIn(line: string): IndexedCommand | undefined {
  const [word = '', plugin = '', version = '', command = '', summary = '', ...rest] =
    line.split('\t')
  const [text] = rest
  if (
    text === undefined ||
    rest.length > 1 ||
    !isWord.test(word) ||
    !isPlugin.test(plugin) ||
    !isVersion.test(version) ||
    !isName.test(command)
  )
    return undefined
  const details = readDetails(text)
  return details === undefined
    ? undefined
    : {
        word,
        plugin,
        version,
        command,
        summary,
        arguments: details.arguments,
        options: details.options,
      }
}

/** What a command takes. */
type Details = Pick<IndexedCommand, 'arguments' | 'options'>

function readDetails(text: string): Details | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isDetails(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isDetails(value: unknown): value is Details {
  return (
    isRecord(value) &&
    isListOf(value['arguments'], isArgument) &&
    value['arguments'].slice(0, -1).every(({ variadic }) => !variadic) &&
    isListOf(value['options'], isOption) &&
    isEachOnce(value['options'].map((option) => option.name)) &&
    isEachOnce(value['options'].flatMap(({ short }) => short ?? []))
  )
}

const types: ReadonlySet<unknown> = new Set<ArgumentDeclaration['type']>([
  'string',
  'number',
  'integer',
  'boolean',
  'file',
  'dir',
  'url',
  'secret',
])

function isArgument(value: unknown): value is ArgumentDeclaration {
  return isDeclaration(value) && typeof value['variadic'] === 'boolean'
}

function isOption(value: unknown): value is OptionDeclaration {
  return (
    isDeclaration(value) &&
    (value['short'] === undefined || isMatch(value['short'], /^[A-Za-z0-9]$/))
  )
}

function isDeclaration(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    isRecord(value) &&
    isMatch(value['name'], isName) &&
    types.has(value['type']) &&
    typeof value['required'] === 'boolean' &&
    (value['summary'] === undefined || typeof value['summary'] === 'string') &&
    (value['choices'] === undefined || isListOf(value['choices'], isText))
  )
}

function isEachOnce(values: readonly string[]): boolean {
  return new Set(values).size === values.length
}

function isMatch(value: unknown, pattern: RegExp): boolean {
  return typeof value === 'string' && pattern.test(value)
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isListOf<T>(value: unknown, isItem: (item: unknown) => item is T): value is readonly T[] {
  return Array.isArray(value) && value.every((item) => isItem(item))
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
