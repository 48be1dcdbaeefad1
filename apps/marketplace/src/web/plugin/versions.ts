import { neutralText } from '@mb/manifest'
import type { VersionSummary } from '@mb/marketplace-protocol'
import { day } from '../day.ts'
import { html, type Html } from '../html.ts'
import type { PluginPage } from '../pages.ts'
import { size } from '../size.ts'

const most = 30

/** Its versions, newest first. */
export function versions({ detail }: PluginPage): Html {
  const older = detail.versions.length - most
  return html`<section id="versions" class="panel" aria-labelledby="versions-title">
    <h2 id="versions-title">Versions</h2>
    <table class="versions">
      <thead>
        <tr>
          <th scope="col">Version</th>
          <th scope="col">Published</th>
          <th scope="col">Size</th>
          <th scope="col">Digest</th>
        </tr>
      </thead>
      <tbody>
        ${detail.versions.slice(0, most).map(row)}
      </tbody>
    </table>
    ${
      older > 0 &&
      html`<p class="quiet">
        ${older.toLocaleString('en')} older:
        <code>mb marketplace versions ${neutralText(detail.id, 130)}</code>
      </p>`
    }
  </section>`
}

function row({ version, publishedAt, bytes, digest, artefacts = [] }: VersionSummary): Html {
  const made = artefacts.map(({ platforms }) => platforms.join(', ') || 'all others').join(' · ')
  return html`<tr>
    <th scope="row">${neutralText(version, 64)}${madeFor(made)}</th>
    <td>${day(publishedAt)}</td>
    <td>${size(bytes)}</td>
    <td><code title="${neutralText(digest, 64)}">${neutralText(digest.slice(0, 8))}</code></td>
  </tr>`
}

function madeFor(platforms: string): Html | false {
  return platforms !== '' && html` <small class="quiet">for ${neutralText(platforms, 300)}</small>`
}
