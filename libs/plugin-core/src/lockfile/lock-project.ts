import { isDeepStrictEqual } from 'node:util'
import { writeFileAtomic } from '@mb/kernel'
import type { FetchedPackage } from '../install/fetch-package.ts'
import type { InstallContext, InstallFromOptions } from '../install/install-options.ts'
import { gatherSet, installSet, type GatheredSet } from '../install/install-set.ts'
import type { PackageRepository } from '../install/package-repository.ts'
import { inStaging } from '../install/staging.ts'
import { PluginError } from '../plugin-error.ts'
import type { Requirement, ResolvedPlugin } from '../resolve/index.ts'
import type { InstalledPlugin } from '../store/installed-plugin.ts'
import { installedPlugin, type PluginRecord } from '../store/plugin-record.ts'
import { readState } from '../store/state.ts'
import { findProject, type Project } from './find-project.ts'
import { formatLockfile } from './format-lockfile.ts'
import { checkLocked, lockedPlugin, type LockableFacts } from './locked-plugin.ts'
import { lockedRepository } from './locked-repository.ts'
import type { LockedPlugin, Lockfile, Ranges } from './lockfile.ts'
import { readLockfile } from './read-lockfile.ts'
import { readRequired } from './read-required.ts'

/** How the plugins of a project are found and fetched. */
export interface ProjectOptions extends Pick<
  InstallFromOptions,
  'acceptKey' | 'optional' | 'signal' | 'onStep' | 'onPlan' | 'onProgress'
> {
  /** Where they come from. */
  readonly repository?: PackageRepository | undefined
}

/** How a project is locked. */
export interface LockProjectOptions extends ProjectOptions {
  /** Says what would change, and writes nothing. @default false */
  readonly dryRun?: boolean | undefined
  /** Whether versions of the lockfile are left for newer ones. @default false */
  readonly update?: boolean | undefined
}

/** How the plugins of a project are installed. */
export interface InstallProjectOptions extends ProjectOptions {
  /** Refuses when the lockfile does not fit, and never changes it. @default false */
  readonly frozen?: boolean | undefined
}

/** What locking came to. */
export interface LockedProject {
  /** Path of the lockfile. */
  readonly path: string
  readonly before: Lockfile | undefined
  readonly after: Lockfile
}

/** What installing came to. */
export interface InstalledProject extends LockedProject {
  /** All that the folder requires, with what those need. */
  readonly plugins: readonly InstalledPlugin[]
  /** Ids of those that came or became another version. */
  readonly installed: readonly string[]
}

/**
 * Chooses the versions of all that a project requires, those of its lockfile first, and writes the lockfile. Packages are
 * fetched and verified to read what they ask for; nothing is installed.
 *
 * @throws PluginError `MB_LOCKFILE_…`, `MB_PLUGIN_CONFLICT`; ManifestError; what the repository throws
 */
export async function lockProject(
  options: LockProjectOptions,
  context: InstallContext,
): Promise<LockedProject> {
  const state = await readProject(context)
  const { project, before } = state
  return await inStaging(context.layout, async (folder) => {
    const first = options.update === true ? undefined : before
    const { after } = await lock({ ...state, options, folder, first }, context)
    if (options.dryRun !== true) await writeLockfile(project, before, after)
    return { path: project.lockfile, before, after }
  })
}

/**
 * Installs what the folder's project requires, at the versions of its lockfile; each is asked about as any other. What
 * the lockfile does not pin yet is locked.
 *
 * @throws PluginError `MB_LOCKFILE_…`, and all that installing one plugin throws
 */
export async function installProject(
  options: InstallProjectOptions,
  context: InstallContext,
): Promise<InstalledProject> {
  const state = await readProject(context)
  const { project, before, required } = state
  if (options.frozen === true) checkFits(state)
  return await inStaging(context.layout, async (folder) => {
    const repository =
      options.frozen === true && before !== undefined
        ? lockedRepository(before, options.repository)
        : options.repository
    const own = { ...options, repository }
    const gathered = await lock({ ...state, options: own, folder, first: before }, context)
    const { after, resolution, fetched } = gathered
    if (options.frozen === true && !isDeepStrictEqual(after.plugins, before?.plugins))
      throw outdated(project, 'it does not have what the required plugins need of each other')
    const closure = closureOf(resolution.plugins, required)
    const { plugins: installed } = await installSet(
      {
        wanted: requirementsOf(required),
        pinned: closure.map(({ id, version }) => ({ id, range: version })),
        keepsInstalled: true,
        repository,
        fetched: new Map(fetched),
        options,
        folder,
      },
      context,
    )
    if (options.frozen !== true) await writeLockfile(project, before, after)
    const present = new Map(readState(context.layout).plugins.map((record) => [record.id, record]))
    return {
      path: project.lockfile,
      before,
      after,
      plugins: closure.flatMap(({ id }) => {
        const record = present.get(id)
        return record === undefined ? [] : [installedPlugin(record, context.layout)]
      }),
      installed: installed.map(({ id }) => id),
    }
  })
}

interface ProjectState {
  readonly project: Project
  readonly required: Ranges
  readonly before: Lockfile | undefined
}

async function readProject({ workspace }: InstallContext): Promise<ProjectState> {
  const project = findProject(workspace)
  const required = await readRequired(project)
  const before = await readLockfile(project.lockfile)
  if (Object.keys(required).length === 0 && before?.sets[project.set] === undefined)
    throw new PluginError(
      'MB_LOCKFILE_MISSING',
      `Cannot find what "${project.folder}" requires: it requires no plugin`,
      {
        hint: 'Name a plugin to install, with --save; or write it into milkbottle.yaml under plugins.required',
      },
    )
  return { project, required, before }
}

/** What of a lockfile has to be there before anything is done by it alone. */
function checkFits({ project, required, before }: ProjectState): void {
  if (before === undefined)
    throw new PluginError(
      'MB_LOCKFILE_MISSING',
      `Cannot install frozen: there is no "${project.lockfile}"`,
      { hint: 'Make it with mb plugin lock, and keep it under version control' },
    )
  const locked = before.sets[project.set] ?? {}
  const names = [...new Set([...Object.keys(required), ...Object.keys(locked)])].toSorted()
  const other = names.find((name) => required[name] !== locked[name])
  if (other === undefined) return
  const [wanted, had] = [required[other], locked[other]].map((range) => range ?? 'not at all')
  throw outdated(project, `"${other}" is required ${wanted}, and locked ${had}`)
}

function outdated({ lockfile }: Project, is: string): PluginError {
  return new PluginError(
    'MB_LOCKFILE_OUTDATED',
    `Cannot install frozen: "${lockfile}" does not fit: ${is}`,
    { hint: 'Run mb plugin lock where the project is developed, and commit what it writes' },
  )
}

interface LockQuestion extends ProjectState {
  readonly options: ProjectOptions
  /** A folder that goes away afterwards. */
  readonly folder: string
  /** The lockfile whose versions come first. */
  readonly first: Lockfile | undefined
}

/** Chooses the versions of a whole project, other folders' requirements with it: there is one of each plugin. */
async function lock(
  { project, required, before, options, folder, first }: LockQuestion,
  { layout }: InstallContext,
): Promise<GatheredSet & { readonly after: Lockfile }> {
  const { [project.set]: _, ...others } = before?.sets ?? {}
  const sets = Object.keys(required).length === 0 ? others : { ...others, [project.set]: required }
  const present = readState(layout).plugins
  const gathered = await gatherSet(
    {
      wanted: Object.values(sets).flatMap(requirementsOf),
      keepsInstalled: true,
      locked: new Map(Object.entries(first?.plugins ?? {}).map(([id, each]) => [id, each.version])),
      repository: options.repository,
      options,
      folder,
    },
    // What else is installed on this machine is no business of the project's.
    { present, fits: present.filter(({ id }) => id.startsWith('local/')) },
  )
  const plugins: Record<string, LockedPlugin> = {}
  for (const plugin of gathered.resolution.plugins) {
    const { facts, ...repository } = factsOf(plugin, present, gathered.fetched)
    const locked = before?.plugins[plugin.id]
    const entry = lockedPlugin({ ...plugin.offer, ...repository }, facts)
    // What is under development is other content under the same version every day.
    const isPinned = locked?.version === plugin.version && !plugin.id.startsWith('local/')
    if (isPinned) checkLocked(plugin.id, locked, { facts, ...repository })
    const { artefacts } = entry
    plugins[plugin.id] = isPinned
      ? { ...locked, ...(artefacts === undefined ? {} : { artefacts }) }
      : entry
  }
  return { ...gathered, after: { sets, plugins } }
}

function factsOf(
  { id, version }: ResolvedPlugin,
  present: readonly PluginRecord[],
  fetched: ReadonlyMap<string, FetchedPackage>,
): { readonly facts: LockableFacts; readonly repository?: string } {
  const came = fetched.get(`${id}@${version}`)
  if (came !== undefined) {
    const { manifest, tree, signature } = came.facts
    const keyId = signature.status === 'signed' ? signature.keyId : undefined
    return { facts: { manifest, digest: tree.digest, keyId }, repository: came.promised.repository }
  }
  const record = present.find((each) => each.id === id)
  if (record === undefined) throw new TypeError(`Cannot lock "${id}": it is neither here nor there`)
  return { facts: record }
}

function requirementsOf(ranges: Ranges): readonly Requirement[] {
  return Object.entries(ranges).map(([id, range]) => ({ id, range }))
}

/** What is required by name, and all that this needs: in the order of activation. */
function closureOf(
  plugins: readonly ResolvedPlugin[],
  required: Ranges,
): readonly ResolvedPlugin[] {
  const names = Object.keys(required)
  const inside = new Set<string>()
  for (const { id, needs } of plugins.toReversed()) {
    const isNamed = names.some((name) => id === name || id.endsWith(`/${name}`))
    if (!isNamed && !inside.has(id)) continue
    inside.add(id)
    for (const need of needs) inside.add(need.id)
  }
  return plugins.filter(({ id }) => inside.has(id))
}

async function writeLockfile(
  { lockfile }: Project,
  before: Lockfile | undefined,
  after: Lockfile,
): Promise<void> {
  const text = formatLockfile(after)
  if (before !== undefined && formatLockfile(before) === text) return
  await writeFileAtomic(lockfile, text)
}
