import { isMostlyEscapes } from '../text-escapes.ts'
import { literalText } from './text-literal.ts'
import type { TextTree, Tree } from './trees.ts'

/** A logical line of Python: a statement, or several that `;` divides. */
export interface LogicalLine {
  /** Column of its first token, tabs to the next multiple of 8 (Python reference 2.1.8). */
  readonly indent: number
  readonly trees: readonly Tree[]
}

/** Why a source is no Python. */
export class PythonSyntaxError extends Error {
  readonly at: number

  constructor(message: string, at: number) {
    super(message)
    this.at = at
  }
}

// CPython's own limit (tokenizer MAXLEVEL): what nests deeper runs nowhere.
const maxDepth = 200
const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' }
const name = /[\p{ID_Start}_][\p{ID_Continue}]*/uy
const number =
  /(?:0[xX][\da-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|(?:\d[\d_]*)?\.?\d[\d_]*\.?(?:[eE][+-]?\d[\d_]*)?[jJlL]?)/y
const operator =
  /(?:\*\*=|\/\/=|>>=|<<=|\.\.\.|:=|->|==|!=|<>|<=|>=|\*\*|\/\/|<<|>>|[-+*/%@&|^]=|[-+*/%@&|^~<>=.,:;!`])/y
const stringStart = /(?:[rRbBuUfFtT]{0,3})(?:'''|"""|'|")/y

/**
 * Reads Python source into trees: comments and spaces go, strings are one tree each, brackets hold what is in them, and
 * what continues a line belongs to it.
 *
 * @throws PythonSyntaxError where no Python reader could go on
 */
export function readTrees(source: string): readonly LogicalLine[] {
  return new TreeReader(source).lines()
}

class TreeReader {
  readonly #source: string
  #at = 0
  #depth = 0

  constructor(source: string) {
    this.#source = source
  }

  lines(): readonly LogicalLine[] {
    const lines: LogicalLine[] = []
    while (this.#at < this.#source.length) {
      const indent = this.#readIndent()
      const trees = this.#readUntil('\n')
      if (trees.length > 0) lines.push({ indent, trees })
      this.#at++
    }
    return lines
  }

  #readIndent(): number {
    let column = 0
    for (; ; this.#at++) {
      const character = this.#source[this.#at]
      if (character === ' ') column++
      else if (character === '\t') column += 8 - (column % 8)
      else if (character === '\f') column = 0
      else return column
    }
  }

  /** Reads up to a closing bracket, or the end of the line; the reader then stands at it. */
  #readUntil(end: string, stops: readonly string[] = []): Tree[] {
    const trees: Tree[] = []
    for (;;) {
      this.#skipBlank(end === '\n')
      const at = this.#at
      const character = this.#source[at]
      if (character === undefined) {
        if (end === '\n') return trees
        throw new PythonSyntaxError(`"${end}" is missing at the end`, at)
      }
      if (character === end) return trees
      const isStop = stops.includes(character) && this.#source[at + 1] !== '='
      if (isStop) return trees
      trees.push(this.#readTree(character))
    }
  }

  #skipBlank(isLine: boolean): void {
    for (; ; this.#at++) {
      const character = this.#source[this.#at]
      if (character === '#') {
        const end = this.#source.indexOf('\n', this.#at)
        this.#at = (end === -1 ? this.#source.length : end) - 1
      } else if (character === '\\') {
        const next = /\r?\n|$/y
        next.lastIndex = this.#at + 1
        const found = next.exec(this.#source)
        if (found === null) throw new PythonSyntaxError('"\\" stands alone', this.#at)
        this.#at += found[0].length
      } else if (character === '\n' ? isLine : !/^[ \t\f\r\n\uFEFF]$/.test(character ?? '')) return
    }
  }

  #readTree(character: string): Tree {
    const at = this.#at
    const close = closing[character]
    if (close !== undefined) return this.#readGroup(character, close)
    if (this.#match(stringStart) !== undefined) return this.#readString(at)
    const word = this.#match(name)
    if (word !== undefined) return { kind: 'name', text: word.normalize('NFKC'), at }
    if (this.#match(number) !== undefined) return { kind: 'number', at }
    const text = this.#match(operator)
    if (text !== undefined) return { kind: 'operator', text, at }
    throw new PythonSyntaxError(`${JSON.stringify(character)} cannot stand here`, at)
  }

  #readGroup(open: string, close: string): Tree {
    const at = this.#at++
    this.#enter()
    const trees = this.#readUntil(close)
    this.#depth--
    this.#at++
    return { kind: 'group', open, trees, at }
  }

  /** The reader stands behind the opening quotes. */
  #readString(at: number): TextTree {
    const start = this.#source.slice(at, this.#at)
    const quote = start.slice(start.search(/['"]/))
    const prefix = start.slice(0, start.length - quote.length).toLowerCase()
    const isFormat = prefix.includes('f') || prefix.includes('t')
    const isRaw = prefix.includes('r')
    const fields: (readonly Tree[])[] = []
    let raw = ''
    let from = this.#at
    for (;;) {
      const character = this.#source[this.#at]
      if (character === undefined || (character === '\n' && quote.length === 1))
        throw new PythonSyntaxError('A string does not end', at)
      if (this.#source.startsWith(quote, this.#at)) break
      if (character === '\\') this.#skipEscape()
      else if (isFormat && character === '{') {
        raw += this.#source.slice(from, this.#at)
        this.#readField(fields)
        from = this.#at
      } else this.#at++
    }
    raw += this.#source.slice(from, this.#at)
    this.#at += quote.length
    const value = literalText(raw, isRaw)
    return { kind: 'text', value, isEscaped: !isRaw && isMostlyEscapes(raw), fields, at }
  }

  #skipEscape(): void {
    this.#at += this.#source.startsWith('\\\r\n', this.#at) ? 3 : 2
  }

  /** A replacement field of an f-string, as PEP 701 has it: any expression, then `!r`, then a format that may hold fields. */
  #readField(fields: (readonly Tree[])[]): void {
    this.#at++
    if (this.#source[this.#at] === '{') {
      this.#at++
      return
    }
    this.#enter()
    fields.push(this.#readUntil('}', ['!', ':']))
    if (this.#source[this.#at] === '!') this.#readUntil('}', [':'])
    if (this.#source[this.#at] === ':') this.#readFormat(fields)
    this.#depth--
    this.#at++
  }

  #readFormat(fields: (readonly Tree[])[]): void {
    for (this.#at++; this.#source[this.#at] !== '}';) {
      if (this.#at >= this.#source.length)
        throw new PythonSyntaxError('A format does not end', this.#at)
      if (this.#source[this.#at] === '{') this.#readField(fields)
      else this.#at++
    }
  }

  #enter(): void {
    if (++this.#depth > maxDepth) throw new PythonSyntaxError('it is nested too deeply', this.#at)
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#source)?.[0]
    if (found === undefined || found === '') return undefined
    this.#at += found.length
    return found
  }
}
