import { join } from 'node:path'
import { parsePluginId, parsePluginName } from '@mb/manifest'
import {
  resolvePlugins,
  type Requirement,
  type Resolution,
  type ResolvedPlugin,
} from '../resolve/index.ts'
import type { InstalledPlugin } from '../store/installed-plugin.ts'
import type { PluginRecord } from '../store/plugin-record.ts'
import { readState } from '../store/state.ts'
import { checkNeeds } from './check-needs.ts'
import { bringPackage, confirmSigner, type FetchedPackage } from './fetch-package.ts'
import type { InstallContext, InstallFromOptions } from './install-options.ts'
import { installPackages } from './install-packages.ts'
import { planOf } from './install-plan.ts'
import type { Offer, PackageRepository } from './package-repository.ts'
import { installedOffer, localOffer, setOffers } from './set-offers.ts'
import type { StagedPackage } from './staged-package.ts'

/** Plugins that are to be there together, with all that they need. */
export interface SetRequest {
  readonly wanted: readonly Requirement[]
  /** Versions that have to be just these, of plugins that nobody asked for by name. */
  readonly pinned?: readonly Requirement[]
  /** Packages that are staged already; each is wanted too. */
  readonly local?: readonly StagedPackage[]
  /** Where the others come from. */
  readonly repository?: PackageRepository | undefined
  /** Versions that come first where they fit, by id. */
  readonly locked?: ReadonlyMap<string, string>
  /** Whether what is wanted stays as it is where it fits. @default false: it becomes the newest that fits */
  readonly keepsInstalled?: boolean
  readonly options: InstallFromOptions
  /** A folder that goes away afterwards. */
  readonly folder: string
  /** What came already, by `id@version`. */
  readonly fetched?: Map<string, FetchedPackage>
}

/** What a set came to. */
export interface InstalledSet {
  /** Each after those that it needs. */
  readonly plugins: readonly InstalledPlugin[]
  readonly resolution: Resolution
}

/**
 * Installs plugins with all that they need, in one change: resolve → fetch → verify → scan → consent → commit.
 *
 * @throws PluginError `MB_PLUGIN_CONFLICT`, and all that installing one plugin throws
 */
export async function installSet(
  request: SetRequest,
  context: InstallContext,
): Promise<InstalledSet> {
  const { local = [] } = request
  const present = readState(context.layout).plugins
  const { resolution, fetched, missing } = await gatherSet(request, { present })
  const packages = resolution.plugins.flatMap((plugin): readonly StagedPackage[] => {
    const here = local.find(({ id }) => id === plugin.id) ?? fetched.get(specOf(plugin))
    return here === undefined ? [] : [inItsPlace(here, plugin, resolution, request)]
  })
  const installed = await installPackages(packages, context)
  for (const plugin of missing) {
    const came = fetched.get(specOf(plugin))
    if (came !== undefined) await confirmSigner(came.promised, context)
  }
  return { plugins: installed, resolution }
}

/** Versions that fit together, and the packages of those that are not installed. */
export interface GatheredSet {
  readonly resolution: Resolution
  /** By `id@version`. */
  readonly fetched: ReadonlyMap<string, FetchedPackage>
  /** What had to be fetched. */
  readonly missing: readonly ResolvedPlugin[]
}

/** Chooses the versions of a set, and brings the packages of those that are not installed. */
export async function gatherSet(
  request: SetRequest,
  {
    present,
    fits = present,
  }: {
    readonly present: readonly PluginRecord[]
    /** The installed plugins that have to fit too. @default all of them */
    readonly fits?: readonly PluginRecord[]
  },
): Promise<GatheredSet> {
  const { options, fetched = new Map<string, FetchedPackage>() } = request
  for (;;) {
    const learned = new Map(
      [...fetched].map(([spec, { promised, id, facts }]) => [
        spec,
        { ...localOffer(id, facts), repository: promised.repository },
      ]),
    )
    const resolution = await resolveSet(request, { learned, present: fits })
    options.onPlan?.(planOf(resolution, present))
    const missing = missingOf(resolution, request, present)
    if (!(await fetchAll(missing, fetched, request))) return { resolution, fetched, missing }
  }
}

async function resolveSet(
  request: SetRequest,
  {
    learned,
    present,
  }: { readonly learned: ReadonlyMap<string, Offer>; readonly present: readonly PluginRecord[] },
): Promise<Resolution> {
  const { wanted, pinned = [], local = [], repository, locked, options } = request
  const here = local.map(({ id, facts }) => localOffer(id, facts))
  const localIds = new Set(here.map(({ id }) => id))
  const { keepsInstalled = false } = request
  const ids = present.map(({ id }) => id)
  return await resolvePlugins({
    wanted: [...wanted, ...pinned, ...here.map(({ id, version }) => ({ id, range: version }))],
    installed: present.map(installedOffer).filter(({ id }) => !localIds.has(id)),
    update: keepsInstalled ? [] : idsOf(wanted, ids),
    ...(locked === undefined ? {} : { locked }),
    signal: options.signal,
    source: setOffers({ local: here, learned, repository, signal: options.signal }),
    ...(options.optional === undefined ? {} : { optional: options.optional }),
  })
}

/** The ids of what is wanted and installed; a bare name is that of the installed plugin that has it. */
function idsOf(wanted: readonly Requirement[], installed: readonly string[]): readonly string[] {
  return wanted.flatMap(({ id }) =>
    id.includes('/')
      ? [parsePluginId(id).id]
      : installed.filter((each) => each.endsWith(`/${parsePluginName(id)}`)),
  )
}

/** What has to be fetched: what was asked for by name, and what is not installed at that version. */
function missingOf(
  { plugins }: Resolution,
  { local = [], wanted, keepsInstalled = false }: SetRequest,
  present: readonly PluginRecord[],
): readonly ResolvedPlugin[] {
  const installed = new Map(present.map((record) => [record.id, record]))
  return plugins.filter(({ id, version, offer }) => {
    if (local.some((staged) => staged.id === id)) return false
    const record = installed.get(id)
    if (record?.manifest.version !== version || !isOffered(record.digest, offer)) return true
    // Whoever names a plugin that is there wants it looked at again: its words, its grant, its content.
    return !keepsInstalled && offer.repository !== undefined && isWanted(id, wanted)
  })
}

/** Whether content is that of an offer, on one platform or another. */
function isOffered(digest: string, offer: Offer): boolean {
  return offer.digest === digest || offer.artefacts?.some((each) => each.digest === digest) === true
}

/** @returns whether something came that needs more than was told of it, so that versions are to be chosen again */
async function fetchAll(
  missing: readonly ResolvedPlugin[],
  fetched: Map<string, FetchedPackage>,
  { repository, options, folder, wanted }: SetRequest,
): Promise<boolean> {
  let isNews = false
  for (const plugin of missing) {
    const spec = specOf(plugin)
    if (repository === undefined || fetched.has(spec)) continue
    const own = isWanted(plugin.id, wanted) ? options : ofDependency(options)
    const came = await bringPackage(repository, spec, {
      folder: join(folder, `set-${fetched.size}`),
      options: own,
    })
    fetched.set(spec, came)
    const { manifest } = came.facts
    if (plugin.offer.isUntold === true) isNews ||= hasNeeds(manifest)
    else checkNeeds(plugin.offer, manifest)
  }
  return isNews
}

function hasNeeds(manifest: FetchedPackage['facts']['manifest']): boolean {
  const { plugins, optionalPlugins, engines, platforms } = manifest
  return [plugins, optionalPlugins, engines, platforms].some((each) => Object.keys(each).length > 0)
}

/** What was said of the plugin that was asked for is not said of those that come with it. */
function ofDependency(options: InstallFromOptions): InstallFromOptions {
  const { words: _words, force: _force, publicKey: _publicKey, ...rest } = options
  return rest
}

function inItsPlace(
  staged: StagedPackage,
  { id }: ResolvedPlugin,
  { plugins }: Resolution,
  { wanted, local = [] }: SetRequest,
): StagedPackage {
  if (isWanted(id, wanted) || local.some((each) => each.id === id)) return staged
  const needer = plugins.find(({ needs }) => needs.some((need) => need.id === id))
  return {
    ...staged,
    wantedBy: 'plugin',
    ...(needer === undefined ? {} : { neededBy: needer.id }),
  }
}

function isWanted(id: string, wanted: readonly Requirement[]): boolean {
  return wanted.some((each) =>
    each.id.includes('/')
      ? parsePluginId(each.id).id === id
      : id.endsWith(`/${parsePluginName(each.id)}`),
  )
}

function specOf({ id, version }: Pick<ResolvedPlugin, 'id' | 'version'>): string {
  return `${id}@${version}`
}
