import { html, type Html } from '../html.ts'

/** What helps when there is nothing to list. */
export function emptyList({ query, total }: { query: string; total: number }): Html {
  if (total > 0) {
    return html`<section class="empty">
      <h2>There is no such page</h2>
      <p>The list ends before it. <a href="/">See it from its start</a>.</p>
    </section>`
  }
  if (query !== '') {
    return html`<section class="empty">
      <h2>Nothing matches “<bdi>${query}</bdi>”</h2>
      <ul>
        <li>Try fewer words, or the start of one.</li>
        <li>Search for what a plugin does, such as a file format, or for a namespace.</li>
      </ul>
      <p><a href="/">See all plugins</a></p>
    </section>`
  }
  return html`<section class="empty">
    <h2>There are no plugins here yet</h2>
    <p>Make one, and publish it to a namespace that is yours, here <code>acme</code>:</p>
    <ol class="steps">
      <li><code>mb sdk create notes</code></li>
      <li><code>mb marketplace login</code></li>
      <li><code>mb marketplace keys enrol acme</code></li>
      <li><code>mb marketplace publish notes --namespace acme</code></li>
    </ol>
  </section>`
}
