import type { JsonValue } from '@mb/kernel'
import { LineCounter, parseDocument as parseYaml, type Document, type YAMLError } from 'yaml'
import { locator, type Locate } from './locate.ts'
import { tooManyValues } from './bounds.ts'
import { exceedsBounds } from './exceeds-bounds.ts'
import { plainValue, type PlainValue } from './plain-value.ts'
import { unsafeParts } from './unsafe-parts.ts'
import type { PlacedProblem } from './finding.ts'

/** How a manifest is written. JSON is held to JSON's own rules: no comments, no trailing commas. */
export type ManifestFormat = 'yaml' | 'json'

/** A manifest as data, and the way from its keys to where they stand. */
export type ParsedDocument =
  | { readonly ok: true; readonly value: JsonValue; readonly locate: Locate }
  | { readonly ok: false; readonly problems: readonly PlacedProblem[] }

// The first few say it all; a broken megabyte has thousands.
const maxProblems = 20
const maxAliases = 50

/** Reads a manifest's text, refusing what could be read in two ways or keeps a reader busy. */
export function parseDocument(text: string, format: ManifestFormat): ParsedDocument {
  const excess = exceedsBounds(text) ?? loneReturn(text)
  if (excess !== undefined) return { ok: false, problems: [excess] }
  const broken = format === 'json' ? jsonProblem(text) : undefined
  if (broken !== undefined) return { ok: false, problems: [broken] }
  return readDocument(text)
}

/** To YAML and JSON it is the end of a line, or a space; to the parser it is a letter like any other. */
function loneReturn(text: string): PlacedProblem | undefined {
  const [before = '', ...rest] = text.split(/\r(?!\n)/, 2)
  if (rest.length === 0) return undefined
  const lines = before.split('\n')
  return {
    code: 'syntax',
    message: 'A carriage return stands alone: lines end in a line feed, or in both',
    path: [],
    place: { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 },
  }
}

function readDocument(text: string): ParsedDocument {
  const lines = new LineCounter()
  const document = parseYaml(text, { lineCounter: lines, logLevel: 'error' })
  const problems = [
    ...document.errors.map((error) => syntaxProblem(error)),
    ...unsafeParts(document, lines),
  ]
  if (problems.length > 0) return { ok: false, problems: problems.slice(0, maxProblems) }

  const plain = toPlainValue(document)
  if (!plain.ok) return { ok: false, problems: [plain.problem] }
  return { ok: true, value: plain.value, locate: locator(document.contents, lines) }
}

function toPlainValue(document: Document.Parsed): PlainValue {
  try {
    return plainValue(document.toJS({ maxAliasCount: maxAliases }))
  } catch (error) {
    if (error instanceof ReferenceError) return { ok: false, problem: tooManyValues }
    throw error
  }
}

function syntaxProblem({ code, message, linePos }: YAMLError): PlacedProblem {
  const [start] = linePos ?? []
  // The library repeats the place and shows the line under its first line.
  const [first = ''] = message.split(' at line ')
  return {
    code: code === 'DUPLICATE_KEY' ? 'duplicate-key' : 'syntax',
    message: first.replace(/:?\s*$/, ''),
    path: [],
    place: start === undefined ? undefined : { line: start.line, column: start.col },
  }
}

function jsonProblem(text: string): PlacedProblem | undefined {
  try {
    JSON.parse(text)
    return undefined
  } catch (error) {
    const message = error instanceof Error ? error.message : 'This is not JSON'
    const position = /at position (\d+)/.exec(message)?.[1]
    const before = position === undefined ? text : text.slice(0, Number(position))
    return {
      code: 'syntax',
      message: message.replace(/ \(line \d+ column \d+\)$/, ''),
      path: [],
      place: {
        line: before.split('\n').length,
        column: before.length - before.lastIndexOf('\n'),
      },
    }
  }
}
