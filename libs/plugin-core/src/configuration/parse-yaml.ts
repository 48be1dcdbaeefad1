import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  LineCounter,
  parseDocument,
  visit,
  type Document,
} from 'yaml'
import { SyntaxProblem, type ParsedConfiguration, type Place } from './parsed-configuration.ts'
import { plainData } from './plain-data.ts'

const maxAliases = 50
const maxOpenings = 2000

/**
 * Parses YAML 1.2 (core schema), or JSON: plain data with no tags.
 *
 * @throws SyntaxProblem
 */
export function parseYaml(text: string, format: 'yaml' | 'json'): ParsedConfiguration {
  if (format === 'json') checkJson(text)
  checkNesting(text)
  const lines = new LineCounter()
  const placeOf = (offset: number): Place => {
    const { line, col } = lines.linePos(offset)
    return { line, column: col }
  }
  // At `silent` it would take the first of several documents without a word.
  const document = parseDocument(text, { lineCounter: lines, logLevel: 'error' })
  const [error] = document.errors
  if (error !== undefined) throw new SyntaxProblem(firstLine(error.message), placeOf(error.pos[0]))
  checkTags(document, placeOf)
  return {
    value: plainData(toData(document)),
    locate: (path) => {
      const offset = keyOffset(document, path)
      return offset === undefined ? undefined : placeOf(offset)
    },
  }
}

function checkJson(text: string): void {
  try {
    JSON.parse(text)
  } catch (error) {
    const message = error instanceof Error ? error.message : 'it is not JSON'
    const position = /at position (\d+)/.exec(message)?.[1]
    const before = position === undefined ? text : text.slice(0, Number(position))
    throw new SyntaxProblem(message.replace(/ \(line \d+ column \d+\)$/, ''), {
      line: before.split('\n').length,
      column: before.length - before.lastIndexOf('\n'),
    })
  }
}

/** A parser takes seconds for a megabyte of `[` or `- - -`, or runs out of stack; settings need few of them. */
function checkNesting(text: string): void {
  const openings = text.split(/[[{]/).length - 1
  if (openings > maxOpenings || /(?:[-?:][ \t]+){33}/.test(text))
    throw new SyntaxProblem('it nests deeper than settings do')
}

function checkTags(document: Document.Parsed, placeOf: (offset: number) => Place): void {
  visit(document, {
    Node(_key, node) {
      if (isAlias(node) || node.tag === undefined) return
      throw new SyntaxProblem(
        `it uses the tag ${JSON.stringify(node.tag.slice(0, 80))}: settings are plain data`,
        node.range?.[0] === undefined ? undefined : placeOf(node.range[0]),
      )
    },
  })
}

function toData(document: Document.Parsed): unknown {
  try {
    return document.toJS({ maxAliasCount: maxAliases }) ?? {}
  } catch (error) {
    // Its error for too many aliases, and the engine's for too deep a recursion
    if (error instanceof ReferenceError || error instanceof RangeError)
      throw new SyntaxProblem('it grows without end when its aliases are followed')
    throw error
  }
}

function keyOffset(document: Document.Parsed, path: readonly string[]): number | undefined {
  let node: unknown = document.contents
  let offset: number | undefined
  for (const part of path) {
    if (isAlias(node)) node = node.resolve(document)
    if (!isMap(node)) return offset
    const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === part)
    if (pair === undefined) return offset
    offset = isNode(pair.key) ? pair.key.range?.[0] : offset
    node = pair.value
  }
  return offset
}

function firstLine(message: string): string {
  const [first = ''] = message.split(' at line ')
  return first.replace(/:?\s*$/, '')
}
