import type { Token } from 'markdown-it'

/**
 * The most parts (blocks, words between marks, links) that are shown. Of the READMEs of 597 packages of npm, the longest has 4400; one
 * that is made of list marks alone has 300,000, which cost a server a second and a browser more.
 */
const mostParts = 20_000

/** Cuts what is too much, between whole blocks; tells whether everything stayed. */
export function fitSize(tokens: Token[]): boolean {
  let parts = 0
  let whole = 0
  for (const [index, { level, nesting, children }] of tokens.entries()) {
    parts += 1 + (children?.length ?? 0)
    if (parts > mostParts) {
      tokens.length = whole
      return false
    }
    if (level === 0 && nesting <= 0) whole = index + 1
  }
  return true
}
