import type { VersionSummary } from '@mb/marketplace-protocol'
import { shortKey } from '../../consent/consent-screen.ts'
import { formatBytes } from '../../output/amounts.ts'
import type { Style, Text } from '../../output/style.ts'

/** Versions as rows of a table: version, when, how large, who signed. */
export function versionRows(
  versions: readonly VersionSummary[],
  style: Style,
): readonly (readonly Text[])[] {
  return versions.map(({ version, publishedAt, bytes, keyId }) => [
    style.strong(version),
    publishedAt,
    formatBytes(bytes),
    shortKey(keyId),
  ])
}
