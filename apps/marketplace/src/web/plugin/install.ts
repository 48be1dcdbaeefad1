import { neutralText } from '@mb/manifest'
import { html, type Html } from '../html.ts'
import type { PluginPage } from '../pages.ts'
import { repositoryName } from './repository-name.ts'

/** The line that installs it, and the one that comes before it on a machine that is new here. */
export function install({ detail, service, origin }: PluginPage): Html {
  const repository = `mb marketplace repositories add ${repositoryName(service)} ${neutralText(origin, 300)}`
  return html`<section class="install" aria-labelledby="install-title">
    <h2 class="unseen" id="install-title">Install</h2>
    <p class="line"><code>mb marketplace install ${neutralText(detail.id, 130)}</code></p>
    <details>
      <summary>New to this marketplace?</summary>
      <p>Tell <code>mb</code> where it is, once, under a name of your choice:</p>
      <p class="line"><code>${repository}</code></p>
    </details>
  </section>`
}
