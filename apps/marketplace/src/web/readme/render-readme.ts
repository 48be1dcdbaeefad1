import { renderMarkdown } from './markdown.ts'
import { sanitize } from './sanitize.ts'
import { wholeCharacters } from './whole-characters.ts'
import { visibleText } from './visible-text.ts'

/** How much of a README is shown. */
export interface ReadmeOptions {
  /** In UTF-8. @default 262_144 */
  readonly maxBytes?: number
}

/**
 * A README (Markdown) as HTML that may stand in a page, whoever wrote it: no script, style, frame or picture, headings from `h3`
 * down, ids that start with `readme-`, and links that lead to the web or into the README itself.
 */
export function renderReadme(
  markdown: string,
  { maxBytes = 256 * 1024 }: ReadmeOptions = {},
): string {
  const start = wholeCharacters(markdown, maxBytes)
  const { html, isWhole } = renderMarkdown(visibleText(start))
  const shown = sanitize(html)
  return isWhole && start.length === markdown.length
    ? shown
    : `${shown}<p>The rest of this README is not shown: it is too long.</p>\n`
}
