import { CST, Lexer } from 'yaml'
import { maxDepth, maxValues, tooDeep, tooManyValues } from './bounds.ts'
import type { Problem } from './finding.ts'

// Marks, spaces and line ends stand around each value.
const maxTokens = maxValues * 8

/**
 * Whether a text has more values than a manifest may have, or nests them deeper. Asked of its tokens, before it is
 * parsed: the parser takes seconds for a megabyte of values or of `[`, or runs out of stack.
 */
export function exceedsBounds(text: string): Problem | undefined {
  const depth = new Depth()
  let tokens = 0
  for (const token of new Lexer().lex(text)) {
    tokens += 1
    if (tokens > maxTokens) return tooManyValues
    depth.take(token)
    if (depth.open > maxDepth || depth.indents > maxDepth) return tooDeep
  }
  return undefined
}

/** How deep the place is that the tokens lead to, by brackets and by indentation. */
class Depth {
  /** Brackets that are not closed. */
  open = 0
  readonly #columns: number[] = []
  #column = 0
  #isScalar = false

  /** Different indentations that the line stands in, and marks before its first value. */
  get indents(): number {
    return this.#columns.length
  }

  take(token: string): void {
    // What follows the mark of a scalar is its text, whatever it looks like.
    const type = this.#isScalar ? 'text' : CST.tokenType(token)
    this.#isScalar = type === 'scalar'
    if (type === 'newline') {
      this.#column = 0
      return
    }
    if (type === 'flow-seq-start' || type === 'flow-map-start') this.open += 1
    if (type === 'flow-seq-end' || type === 'flow-map-end') this.open -= 1
    if (type === 'text' || type === 'seq-item-ind' || type === 'explicit-key-ind') this.#enter()
    if (!this.#isScalar) this.#column += token.length
  }

  #enter(): void {
    if (this.open > 0) return
    while ((this.#columns.at(-1) ?? -1) >= this.#column) this.#columns.pop()
    this.#columns.push(this.#column)
  }
}
