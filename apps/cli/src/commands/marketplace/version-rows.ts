import type { VersionSummary } from '@mb/marketplace-protocol'
import { shortKey } from '../../consent/consent-screen.ts'
import { formatBytes } from '../../output/amounts.ts'
import { text, type Style, type Text } from '../../output/style.ts'

/** Versions as rows of a table: version, when, how large, who signed; one row for each artefact, where there are several. */
export function versionRows(
  versions: readonly VersionSummary[],
  style: Style,
): readonly (readonly Text[])[] {
  return versions.flatMap(({ version, artefacts, ...only }) =>
    artefacts === undefined
      ? [row(style.strong(version), only)]
      : artefacts.map((each) => row(named(version, each.platforms, style), each)),
  )
}

function row(
  name: Text,
  { publishedAt, bytes, keyId }: Pick<VersionSummary, 'publishedAt' | 'bytes' | 'keyId'>,
): readonly Text[] {
  return [name, publishedAt, formatBytes(bytes), shortKey(keyId)]
}

function named(version: string, platforms: readonly string[], style: Style): Text {
  const target = platforms.length === 0 ? 'all others' : platforms.join(', ')
  return text`${style.strong(version)} ${style.faint(`for ${target}`)}`
}
