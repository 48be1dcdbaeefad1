import { dirname, resolve } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { isInside, systemClock, type Clock } from '@mb/kernel'
import { neutralText, type ManifestFacts } from '@mb/manifest/peek'
import { Budget, discoveryLimits, UnpackingBudget, type DiscoveryLimits } from './budget.ts'
import type { Candidate } from './candidate.ts'
import { choosePlugins, type CompareVersions, type UnsettledPlugin } from './choose-plugins.ts'
import type {
  BrokenPlugin,
  DiscoveredPlugin,
  Discovery,
  DiscoveryProblem,
  Finding,
} from './discovered-plugin.ts'
import { DiscoveryIndex } from './discovery-index.ts'
import { findInFolder, outside, type Met } from './find-in-folder.ts'
import { findPackages } from './find-packages.ts'
import { lookAt } from './look.ts'
import { whatIsMissing, type Satisfies } from './missing-plugins.ts'
import { placesOf, realOf, type Place, type PlaceOptions } from './places.ts'
import { isWanted, type PluginQuery } from './plugin-query.ts'
import { readCandidate } from './read-candidate.ts'
import { readInstalled } from './read-installed.ts'
import { findRemote, type ListRemote } from './remote-plugins.ts'

/** How plugins are looked for. */
export interface DiscoverOptions extends PluginQuery {
  /** Judges the whole manifest of each, and not only what is shown. @default false */
  readonly check?: boolean | undefined
  /** Reads everything anew, whatever the index remembers. @default false */
  readonly refresh?: boolean | undefined
  /** Also lists what marketplaces offer. @default false */
  readonly remote?: boolean | undefined
  readonly signal?: AbortSignal | undefined
}

/** Where plugins are looked for, and what is remembered of them. */
export interface DiscoveryContext extends PlaceOptions {
  readonly home: string
  /** How long what was read is believed while a file looks unchanged. @default 300 */
  readonly rescanSeconds?: number | undefined
  /** Asks the marketplaces. Without it nothing is remote. */
  readonly listRemote?: ListRemote | undefined
  readonly limits?: Partial<DiscoveryLimits> | undefined
  readonly clock?: Clock | undefined
  /** Told of each folder, before it is looked at; of the one above where there is none yet. */
  readonly onFolder?: ((path: string) => void) | undefined
}

/**
 * Finds plugins: those that are installed, in folders of the project and the person, in `node_modules`, and what
 * marketplaces offer. A glance at each manifest is enough, none of them is run, and one that is broken stops no other.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { discoverPlugins } from '@mb/plugin-core/discovery'
 *
 * const { plugins } = await discoverPlugins({ home: '/nowhere', workspace: '/nowhere', system: '/nowhere' })
 * assert.deepEqual(plugins, [])
 * ```
 */
export async function discoverPlugins(
  context: DiscoveryContext,
  options: DiscoverOptions = {},
): Promise<Discovery> {
  context.onFolder?.(context.home)
  const installed = (await readInstalled(context.home)).map(
    ({ id, isActive, directory, facts }): UnsettledPlugin => ({
      ...pluginOf({ place: 'installed', path: directory, form: 'folder' }, facts, id),
      isKept: !isActive,
    }),
  )
  const [local, remote] = await Promise.all([
    discoverLocal(context, options),
    findRemote(context.listRemote, options),
  ])
  const found = [...installed, ...local.plugins, ...remote.plugins]
  const all = choosePlugins(found, await comparing(found))
  const plugins = all.filter((plugin) => isWanted(plugin, options))
  return {
    plugins: await withMissing(plugins, all),
    broken: local.broken.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    notes: [...local.notes, ...remote.notes],
  }
}

/** The order of versions; its library is loaded where there is something to order. */
async function comparing(found: readonly UnsettledPlugin[]): Promise<CompareVersions> {
  const hasTwins = new Set(found.map(({ id }) => id)).size < found.length
  return hasTwins ? (await import('semver/functions/compare.js')).default : (): number => 0
}

interface LocalFindings {
  readonly plugins: readonly UnsettledPlugin[]
  readonly broken: readonly BrokenPlugin[]
  readonly notes: readonly DiscoveryProblem[]
}

// So many are looked at before whatever else there is to do gets its turn.
const batch = 50

async function discoverLocal(
  context: DiscoveryContext,
  { check = false, refresh = false, signal }: DiscoverOptions,
): Promise<LocalFindings> {
  const { home, rescanSeconds = 300, clock = systemClock } = context
  const limits = { ...discoveryLimits, ...context.limits }
  const index = DiscoveryIndex.open(home, {
    now: clock.now(),
    maxAgeMs: rescanSeconds * 1000,
    isFresh: refresh,
  })
  const unpacking = new UnpackingBudget(limits)
  const plugins: UnsettledPlugin[] = []
  const broken: BrokenPlugin[] = []
  const notes: DiscoveryProblem[] = []
  let count = 0
  for await (const candidate of candidates()) {
    const reading = await read(candidate)
    const { place, path, form } = candidate
    const { facts, problems } = reading
    if (facts === undefined) broken.push({ place, path, form, problems })
    else plugins.push({ ...pluginOf({ place, path, form }, facts), problems })
  }
  await index.save()
  return { plugins, broken, notes }

  async function* candidates(): AsyncGenerator<Candidate, void> {
    for (const place of placesOf({ ...context, workspace: resolve(context.workspace) })) {
      if (lookAt(place.path) === undefined) {
        context.onFolder?.(dirname(place.path))
        continue
      }
      for (const met of findIn(place, new Budget(limits))) {
        count += 1
        if (count % batch === 0) await turn()
        signal?.throwIfAborted()
        if (met.kind === 'note') notes.push(met.note)
        else if (met.kind === 'folder') context.onFolder?.(met.path)
        else yield met.candidate
      }
    }
  }

  async function read(candidate: Candidate) {
    const known = index.find(candidate, check)
    if (known !== undefined) return known
    const reading = await readCandidate(candidate, { check, unpacking, signal })
    index.put(candidate, reading)
    return reading
  }
}

function findIn(place: Place, budget: Budget): Iterable<Met> {
  // Of a project, the folder itself may be a link.
  if (!isInside(place.bound, realOf(place.path))) return [outside(place.path, place)]
  return place.kind === 'node-modules' ? findPackages(place, budget) : findInFolder(place, budget)
}

function pluginOf(
  finding: Finding,
  facts: ManifestFacts,
  id: string = `local/${facts.name}`,
): UnsettledPlugin {
  return {
    ...finding,
    ...facts,
    id,
    description: neutralText(facts.description, 2000),
    author: neutralText(facts.author),
    keywords: facts.keywords.map((label) => neutralText(label)),
    capabilities: facts.capabilities.map((label) => neutralText(label)),
    problems: [],
  }
}

/** With what stands against using them; what is not chosen is not used. */
async function withMissing(
  plugins: readonly DiscoveredPlugin[],
  all: readonly DiscoveredPlugin[],
): Promise<readonly DiscoveredPlugin[]> {
  const chosen = all.filter(({ status }) => status === 'chosen')
  const satisfies: Satisfies = chosen.some(({ plugins: needed }) => Object.keys(needed).length > 0)
    ? (await import('semver/functions/satisfies.js')).default
    : (): boolean => false
  return plugins.map((plugin) => {
    if (plugin.status === 'shadowed' || plugin.place === 'installed') return plugin
    return {
      ...plugin,
      problems: [...plugin.problems, ...whatIsMissing(plugin, chosen, satisfies)],
    }
  })
}
