import { isOlder } from '@mb/manifest'
import type { HistoryEntry } from './history.ts'
import type { PluginRecord } from './plugin-record.ts'

/**
 * The version that was active before the present one, of those that are kept. Going back twice goes back two versions:
 * a version that was left by going back is not returned to. Where the history does not tell, it is the next older one.
 *
 * @param history - of this plugin, the latest first
 */
export function versionBefore(
  { manifest, versions }: PluginRecord,
  history: readonly HistoryEntry[],
): string | undefined {
  const active = manifest.version
  const kept = versions.map(({ version }) => version)
  const way = wayTo(active, history)
  return (
    way.findLast((version) => version !== active && kept.includes(version)) ??
    kept.find((version) => isOlder(version, active))
  )
}

/** The versions that led to the active one, which is the last. */
function wayTo(active: string, history: readonly HistoryEntry[]): readonly string[] {
  const way: string[] = []
  for (const { action, to } of history.toReversed()) {
    if (action === 'uninstall') way.length = 0
    if (to === undefined || !isMove.has(action)) continue
    const place = way.lastIndexOf(to)
    if (action === 'rollback' && place !== -1) way.length = place
    if (way.at(-1) !== to) way.push(to)
  }
  const place = way.lastIndexOf(active)
  return place === -1 ? way : way.slice(0, place + 1)
}

const isMove: ReadonlySet<HistoryEntry['action']> = new Set(['install', 'update', 'rollback'])
