import { neutralText } from '@mb/manifest'
import type { VersionDetail } from '@mb/marketplace-protocol'
import { html, type Child } from '../html.ts'

/** The commands that it brings. */
export function commands(all: VersionDetail['commands']): Child {
  if (all.length === 0) return false
  return html`<section id="commands" aria-labelledby="commands-title">
    <h2 id="commands-title">Commands</h2>
    <dl class="commands">
      ${all.map(
        ({ name, summary }) =>
          html`<div>
            <dt><code>mb ${neutralText(name, 64)}</code></dt>
            <dd><bdi>${neutralText(summary)}</bdi></dd>
          </div>`,
      )}
    </dl>
  </section>`
}
