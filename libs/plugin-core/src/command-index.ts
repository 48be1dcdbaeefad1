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
  readonly version: 1
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
 * Reads the index of a home folder; empty when there is none, or none that can be used.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { readCommandIndex } from '@mb/plugin-core/command-index'
 *
 * assert.deepEqual(readCommandIndex('/nowhere'), { version: 1, generation: 0, commands: [] })
 * ```
 */
export function readCommandIndex(home: string): CommandIndex {
  try {
    const value: unknown = JSON.parse(readBounded(join(home, 'index.json')))
    if (isCommandIndex(value)) return value
  } catch {
    // Absent, unreadable and broken are one: whoever changes the state next writes it anew.
  }
  return { version: 1, generation: 0, commands: [] }
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

function isCommandIndex(value: unknown): value is CommandIndex {
  return (
    isRecord(value) &&
    value['version'] === 1 &&
    Number.isSafeInteger(value['generation']) &&
    isListOf(value['commands'], isIndexedCommand)
  )
}

// Each part has the form that a manifest would have held it to: a reader may print it and hand it to a parser of options.
function isIndexedCommand(value: unknown): value is IndexedCommand {
  return (
    isRecord(value) &&
    isMatch(value['word'], /^[a-z][a-z0-9:-]{0,128}$/) &&
    isMatch(value['plugin'], /^[a-z][a-z0-9-]{0,63}\/[a-z][a-z0-9-]{0,63}$/) &&
    isMatch(value['version'], /^[\w.+-]{1,128}$/) &&
    isMatch(value['command'], name) &&
    typeof value['summary'] === 'string' &&
    isListOf(value['arguments'], isArgument) &&
    value['arguments'].slice(0, -1).every(({ variadic }) => !variadic) &&
    isListOf(value['options'], isOption) &&
    isEachOnce(value['options'].map((option) => option.name)) &&
    isEachOnce(value['options'].flatMap(({ short }) => short ?? []))
  )
}

const name = /^[a-z][a-z0-9-]{0,63}$/
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
    isMatch(value['name'], name) &&
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
