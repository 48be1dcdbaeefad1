import { neutralText } from '@mb/manifest'
import { html, type Child } from '../html.ts'

/** What it is found by; each leads to what else is. */
export function keywords(all: readonly string[]): Child {
  const shown = all
    .slice(0, 12)
    .map((keyword) => neutralText(keyword, 40))
    .filter((keyword) => keyword !== '')
  if (shown.length === 0) return false
  return html`<ul class="keywords" aria-label="Keywords">
    ${shown.map(
      (keyword) =>
        html`<li>
          <a href="/?${new URLSearchParams({ q: keyword }).toString()}"><bdi>${keyword}</bdi></a>
        </li>`,
    )}
  </ul>`
}
