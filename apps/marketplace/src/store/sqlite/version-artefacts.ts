import type { ForPlatforms } from '@mb/manifest'
import type { ArtefactSummary, VersionSummary } from '@mb/marketplace-protocol'

/** What an artefact is told from others by: its platforms, whatever their order; empty for all. */
export function targetOf(platforms: readonly string[]): string {
  return platforms.toSorted().join(',')
}

/** The platforms that a target stands for. */
export function platformsIn(target: string): readonly string[] {
  return target === '' ? [] : target.split(',')
}

/** The artefact for whoever names no platform, as clients do that know of none. */
export function byDefault<T extends ForPlatforms>(artefacts: readonly T[]): T | undefined {
  return artefacts.find(({ platforms }) => platforms.length === 0) ?? artefacts[0]
}

/** Rows of artefacts, the first one first, as the versions that they are of. */
export function withArtefacts(rows: readonly VersionSummary[]): readonly VersionSummary[] {
  const groups = Map.groupBy(rows, ({ version }) => version)
  return [...groups.values()].flatMap((group) => {
    const shown = byDefault(group.map((row) => ({ platforms: row.needs?.platforms ?? [], row })))
    if (shown === undefined) return []
    return [group.length === 1 ? shown.row : { ...shown.row, artefacts: group.map(artefactOf) }]
  })
}

function artefactOf(row: VersionSummary): ArtefactSummary {
  const { publishedAt, bytes, digest, keyId, needs } = row
  return { platforms: needs?.platforms ?? [], publishedAt, bytes, digest, keyId }
}
