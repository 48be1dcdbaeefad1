import { parse as parseYaml } from 'yaml'
import type { CodeBlock } from './code-blocks.ts'

/** What is wrong with a block of data; `undefined` when it is well formed, or in a language that is not checked. */
export function checkSyntax({ language, code }: CodeBlock): string | undefined {
  const parse = parsers.get(language)
  if (parse === undefined) return undefined
  try {
    parse(code)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** Languages whose blocks are read for their syntax. */
const parsers: ReadonlyMap<string, (code: string) => unknown> = new Map([
  ['json', (code: string): unknown => JSON.parse(code)],
  ['jsonl', (code: string): unknown => code.trim().split('\n').map(parseLine)],
  ['yaml', (code: string): unknown => parseYaml(code)],
])

function parseLine(line: string): unknown {
  return JSON.parse(line)
}

/** Whether `checkSyntax` has something to say about the language. */
export function isData(language: string): boolean {
  return parsers.has(language)
}
