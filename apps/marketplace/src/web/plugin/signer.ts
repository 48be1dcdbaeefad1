import { neutralText } from '@mb/manifest'
import type { EnrolledKey } from '@mb/marketplace-protocol'
import { day } from '../day.ts'
import { html, type Child, type Html } from '../html.ts'
import type { PluginPage } from '../pages.ts'
import { shortDigest } from './short-digest.ts'

/** Who signed it, as short as it can be told and as long as it can be compared. */
export function signer({ detail, version }: PluginPage): Html {
  const key = detail.keys.find(({ keyId }) => keyId === version.keyId)
  return html`<section id="signer" class="panel" aria-labelledby="signer-title">
    <h2 id="signer-title">Signed by</h2>
    <p>
      Key <code>${shortDigest(version.keyId)}</code> of
      <strong>${neutralText(detail.namespace, 64)}</strong>${enrolment(key)}
    </p>
    <details>
      <summary>Key and digests in full</summary>
      <dl class="facts facts-long">
        <div>
          <dt>Key</dt>
          <dd><code>${neutralText(version.keyId, 64)}</code></dd>
        </div>
        <div>
          <dt>Digest of its files</dt>
          <dd><code>${neutralText(version.digest, 64)}</code></dd>
        </div>
        <div>
          <dt>SHA-256 of the archive</dt>
          <dd><code>${neutralText(version.archive.sha256, 64)}</code></dd>
        </div>
      </dl>
    </details>
  </section>`
}

function enrolment(key: EnrolledKey | undefined): Child {
  // Its versions stay signed by it, but a person should know.
  if (key === undefined) return html`, <strong>which has since been removed</strong>`
  return html`, enrolled ${day(key.enrolledAt)}`
}
