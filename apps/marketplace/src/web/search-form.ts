import { wireLimits } from '@mb/marketplace-protocol'
import { html, type Html } from './html.ts'

/** The search field, which works as a plain form. */
export function searchForm({ query, isLarge }: { query: string; isLarge: boolean }): Html {
  return html`<form
    class="search ${isLarge && 'search-large'}"
    role="search"
    action="/"
    method="get"
  >
    <label class="unseen" for="q">Search plugins</label>
    <input
      id="q"
      name="q"
      type="search"
      value="${query}"
      maxlength="${wireLimits.queryLength}"
      placeholder="Search plugins"
      autocomplete="off"
      autocapitalize="none"
      spellcheck="false"
      dir="auto"
    />
    <button type="submit">Search</button>
  </form>`
}
