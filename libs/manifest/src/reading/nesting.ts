import { CST, Lexer } from 'yaml'

/** Deepest nesting that a manifest may have. */
export const maxDepth = 32

/**
 * Whether YAML opens more brackets, or more list and key marks on one line, than a manifest may nest. Asked before
 * parsing, because a parser takes seconds for a megabyte of `[`, or runs out of stack.
 */
export function nestsTooDeep(text: string): boolean {
  let open = 0
  let marks = 0
  let isScalar = false
  for (const token of new Lexer().lex(text)) {
    const type: CST.TokenType | null = isScalar ? null : CST.tokenType(token)
    isScalar = type === 'scalar'
    if (type === 'flow-seq-start' || type === 'flow-map-start') open += 1
    if (type === 'flow-seq-end' || type === 'flow-map-end') open -= 1
    if (type === 'newline') marks = 0
    if (type === 'seq-item-ind' || type === 'explicit-key-ind') marks += 1
    if (open > maxDepth || marks > maxDepth) return true
  }
  return false
}
