import { extname } from 'node:path'
import { parseSync, type ParserOptions } from 'oxc-parser'
import { isTooDeep } from '../is-too-deep.ts'
import type { EngineResult } from '../source-use.ts'
import { isNode, type Node } from './nodes.ts'

/** Parses a file as what its name says; JavaScript as a module, or else as what only a script may be. */
export function parse(
  file: string,
  source: string,
): { readonly ok: true; readonly program: Node } | Extract<EngineResult, { ok: false }> {
  if (isTooDeep(source)) return { ok: false, why: 'it is nested too deeply', at: 0 }
  let failure: Extract<EngineResult, { ok: false }> | undefined
  for (const options of waysToRead(file)) {
    const { program, errors } = parseSync(file, source, options)
    const tree: unknown = program
    const [error] = errors
    if (error === undefined && isNode(tree)) return { ok: true, program: tree }
    failure ??= {
      ok: false,
      why: error?.message ?? 'it is no program',
      at: error?.labels[0]?.start ?? 0,
    }
  }
  return failure ?? { ok: false, why: 'it is no program', at: 0 }
}

function waysToRead(file: string): readonly ParserOptions[] {
  const ending = extname(file)
  if (/^\.[cm]?ts$/.test(ending)) return [{ lang: 'ts', sourceType: 'module' }]
  if (ending === '.tsx') return [{ lang: 'tsx', sourceType: 'module' }]
  // Sources that a bundler reads have JSX in files of any name.
  const kinds =
    ending === '.mjs' ? (['module'] as const) : (['module', 'script', 'commonjs'] as const)
  return kinds.map((sourceType) => ({ lang: 'jsx', sourceType }))
}
