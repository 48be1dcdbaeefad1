import { neutralText } from '@mb/manifest'
import type { WirePermission } from '@mb/marketplace-protocol'
import { html, type Html } from '../html.ts'
import { byRisk, riskBadge } from '../risk.ts'

/** What it asks for, all of it, worst first. */
export function permissions(all: readonly WirePermission[]): Html {
  return html`<section id="permissions" aria-labelledby="permissions-title">
    <h2 id="permissions-title">What it may do</h2>
    ${
      all.length === 0
        ? html`<p class="calm">
            Nothing beyond its own code: no files but those you name on its command line, no
            network, no other programs.
          </p>`
        : html`<ul class="permissions">
              ${byRisk(all).map(permission)}
            </ul>
            <p class="quiet note">
              <code>mb</code> asks you before it installs. The sandbox then allows what is listed
              here, and the files that you name on the command line.
            </p>`
    }
  </section>`
}

function permission({ kind, target, words, risk, reason }: WirePermission): Html {
  const why = neutralText(reason ?? '', 500)
  const what = neutralText(target, 300)
  return html`<li>
    ${riskBadge(risk)}
    <div class="permission">
      <p class="permission-words"><bdi>${neutralText(words, 500)}</bdi></p>
      <p class="permission-why quiet">
        ${
          why === ''
            ? 'The author gives no reason.'
            : html`The author says: <q><bdi>${why}</bdi></q>`
        }
      </p>
      <p class="permission-target">
        <code><bdi>${neutralText(kind, 64)}${what !== '' && ` ${what}`}</bdi></code>
      </p>
    </div>
  </li>`
}
