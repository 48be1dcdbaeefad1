/** A token of Python: what a reader needs to know of it. */
export interface Token {
  readonly kind: 'name' | 'operator' | 'text' | 'number' | 'newline'
  readonly text: string
  readonly at: number
}

const name = /[\p{ID_Start}_][\p{ID_Continue}]*/uy
const number =
  /(?:0[xob][\da-f_]+|[\d_]+\.?[\d_]*(?:e[+-]?[\d_]+)?|\.\d[\d_]*(?:e[+-]?[\d_]+)?)j?/iy
const quote = /(?:[rbuft]{0,3})("""|'''|"|')/iy
const blank = /[ \t\f\r]+|\\\r?\n|#[^\n]*/y

/**
 * Splits a text into the tokens of Python. Comments are left out and texts are tokens of their own, so that what only
 * talks about code is never taken for it.
 *
 * @returns the offset of what is none: a text without its end
 */
export function readTokens(source: string): readonly Token[] | number {
  const tokens: Token[] = []
  let at = 0
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at
    return pattern.exec(source)?.[0]
  }
  while (at < source.length) {
    const skipped = take(blank)
    if (skipped !== undefined) {
      at += skipped.length
      continue
    }
    if (source[at] === '\n') {
      tokens.push({ kind: 'newline', text: '\n', at })
      at++
      continue
    }
    quote.lastIndex = at
    const opening = quote.exec(source)
    if (opening !== null) {
      const end = endOfText(source, at + opening[0].length, opening[1] ?? '"')
      if (end === undefined) return at
      const marks = (opening[1] ?? '"').length
      tokens.push({ kind: 'text', text: source.slice(at + opening[0].length, end - marks), at })
      at = end
      continue
    }
    const word = take(name)
    const digits = word === undefined ? take(number) : undefined
    if (word !== undefined) tokens.push({ kind: 'name', text: word.normalize('NFKC'), at })
    else if (digits !== undefined && digits !== '')
      tokens.push({ kind: 'number', text: digits, at })
    else tokens.push({ kind: 'operator', text: source[at] ?? '', at })
    at += (word ?? digits)?.length || 1
  }
  return tokens
}

function endOfText(source: string, from: number, marks: string): number | undefined {
  for (let at = from; at < source.length; at++) {
    if (source[at] === '\\') at++
    else if (marks.length === 1 && source[at] === '\n') return undefined
    else if (source.startsWith(marks, at)) return at + marks.length
  }
  return undefined
}
