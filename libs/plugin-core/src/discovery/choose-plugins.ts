import type { DiscoveredPlugin, PlaceKind } from './discovered-plugin.ts'

/** A plugin of which it is not yet settled whether it is the one that its id stands for. */
export type UnsettledPlugin = Omit<DiscoveredPlugin, 'status' | 'why'> & {
  /** An installed version that is kept, and is not run. */
  readonly isKept?: boolean
}

/** Orders versions as `semver.compare` does. */
export type CompareVersions = (a: string, b: string) => number

/**
 * Settles which of several plugins of one id it stands for: what is installed, and nothing takes its place by itself;
 * else the newest version, a release before any prerelease, and among equals the place that is looked at first.
 *
 * @returns in order of the ids; of one id, the chosen one first
 */
export function choosePlugins(
  found: readonly UnsettledPlugin[],
  compare: CompareVersions,
): readonly DiscoveredPlugin[] {
  const groups = Map.groupBy(found, ({ id }) => id)
  return [...groups.keys()].toSorted().flatMap((id) => settle(groups.get(id) ?? [], compare))
}

function settle(
  group: readonly UnsettledPlugin[],
  compare: CompareVersions,
): readonly DiscoveredPlugin[] {
  const [chosen, ...others] = group.toSorted((a, b) => before(a, b, compare))
  if (chosen === undefined) return []
  return [
    settled(chosen, 'chosen', whyChosen(chosen, others)),
    ...others.map((other) => settled(other, 'shadowed', whyShadowed(other, chosen, compare))),
  ]
}

function settled(
  { isKept: _isKept, ...plugin }: UnsettledPlugin,
  status: DiscoveredPlugin['status'],
  why: string,
): DiscoveredPlugin {
  return { ...plugin, status, why }
}

const ranks: readonly PlaceKind[] = [
  'installed',
  'project',
  'search-path',
  'system',
  'node-modules',
  'remote',
]

function before(a: UnsettledPlugin, b: UnsettledPlugin, compare: CompareVersions): number {
  return (
    Number(isRun(b)) - Number(isRun(a)) ||
    Number(isPrerelease(a)) - Number(isPrerelease(b)) ||
    compare(b.version, a.version) ||
    ranks.indexOf(a.place) - ranks.indexOf(b.place) ||
    (a.path < b.path ? -1 : 1)
  )
}

function isRun({ place, isKept }: UnsettledPlugin): boolean {
  return place === 'installed' && isKept !== true
}

function isPrerelease({ version }: UnsettledPlugin): boolean {
  return /^[^+]*-/.test(version)
}

function whyChosen(chosen: UnsettledPlugin, others: readonly UnsettledPlugin[]): string {
  if (isRun(chosen)) return 'installed'
  const [next] = others
  if (next === undefined) return 'the only one of its name'
  if (next.version === chosen.version)
    return `found first: the same version is in ${where(next)} too`
  return isPrerelease(next) && !isPrerelease(chosen)
    ? 'the newest release'
    : `the newest of ${others.length + 1}`
}

function whyShadowed(
  other: UnsettledPlugin,
  chosen: UnsettledPlugin,
  compare: CompareVersions,
): string {
  if (other.isKept === true) return `kept, to go back to: ${chosen.version} is installed`
  const order = compare(other.version, chosen.version)
  if (isRun(chosen)) {
    if (order === 0) return 'the same version is installed'
    const way = order > 0 ? 'newer than' : 'older than'
    return `${way} the installed ${chosen.version}, which stays until you install another`
  }
  if (order === 0) return `the same version was found first in ${where(chosen)}`
  if (order > 0) return `a prerelease: ${chosen.version} in ${where(chosen)} is a release`
  return `${chosen.version} in ${where(chosen)} is newer`
}

function where({ place, path }: UnsettledPlugin): string {
  return place === 'remote' ? `marketplace ${path}` : path
}
