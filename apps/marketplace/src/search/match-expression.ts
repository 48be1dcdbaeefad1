const maxTerms = 8
const maxTermLength = 64

/**
 * What somebody typed as an expression of FTS5, in which every character is literal: each word is looked for as the
 * beginning of a word, and all of them have to be there.
 *
 * @returns undefined when there is no word in it
 */
export function matchExpression(query: string): string | undefined {
  const terms = query.normalize('NFKC').match(/[\p{L}\p{N}]+/gu) ?? []
  if (terms.length === 0) return undefined
  return terms
    .slice(0, maxTerms)
    .map((term) => `"${term.slice(0, maxTermLength).toWellFormed()}"*`)
    .join(' ')
}
