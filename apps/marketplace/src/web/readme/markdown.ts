import createParser, { type MarkdownIt, type Token } from 'markdown-it'
import { fitLinks } from './fit-links.ts'
import { fitSize } from './fit-size.ts'
import { HeadingIds } from './heading-ids.ts'
import { textOf } from './text-of.ts'

/** Markdown that was rendered. */
export interface RenderedMarkdown {
  readonly html: string
  /** Whether all of it is there. */
  readonly isWhole: boolean
}

/**
 * Markdown as HTML, made fit to stand in a page of ours. HTML in it is text, headings are below those of the page, and links lead
 * where they may.
 */
export function renderMarkdown(markdown: string): RenderedMarkdown {
  parser ??= makeParser()
  const seen = { isWhole: true }
  const html = parser.render(markdown, seen)
  return { html, isWhole: seen.isWhole }
}

let parser: MarkdownIt | undefined

/** How deep lists and quotes may nest; what is deeper is left out. */
const maxNesting = 20

function makeParser(): MarkdownIt {
  const made = createParser({ html: false, linkify: false, typographer: false })
  made.set({ maxNesting })
  made.core.ruler.push('page', (state) => {
    state.env['isWhole'] = fitSize(state.tokens)
    fitLinks(state)
    fitBlocks(state.tokens)
  })
  const { rules } = made.renderer
  // What scrolls can be reached by keyboard.
  rules['fence'] = rules['code_block'] = (tokens, index) =>
    `<pre tabindex="0"><code>${made.utils.escapeHtml(tokens[index]?.content ?? '')}</code></pre>\n`
  rules['table_open'] = () =>
    '<div class="scroll" role="group" aria-label="Table" tabindex="0"><table>\n'
  rules['table_close'] = () => '</table></div>\n'
  return made
}

function fitBlocks(tokens: readonly Token[]): void {
  const ids = new HeadingIds()
  for (const [index, token] of tokens.entries()) {
    switch (token.type) {
      case 'heading_open':
        token.attrs = [['id', ids.next(textOf(tokens[index + 1]?.children))]]
        token.tag = demoted(token.tag)
        break
      case 'heading_close':
        token.tag = demoted(token.tag)
        break
      case 'th_open':
      case 'td_open':
        alignByClass(token)
        break
    }
  }
}

/** `h1` and `h2` are the page's own. */
function demoted(tag: string): string {
  return `h${Math.min(Number(tag.slice(1)) + 2, 6)}`
}

/** Alignment comes as a style, which the policy of the page forbids. */
function alignByClass(cell: Token): void {
  const style = String(cell.attrGet('style') ?? '')
  const side = /^text-align:(center|right)$/.exec(style)?.[1]
  cell.attrs = side === undefined ? null : [['class', `align-${side}`]]
}
