import { mkdir } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { realpathInside } from '@mb/kernel'
import { isOlder, neutralText, parsePluginId, type PackageFacts } from '@mb/manifest'
import { fetchSource } from '../fetch/fetch-source.ts'
import { parseSource } from '../fetch/parse-source.ts'
import { hiddenQuery } from '../fetch/plugin-source.ts'
import { PluginError } from '../plugin-error.ts'
import type { InstalledPlugin } from '../store/installed-plugin.ts'
import type { PluginRecord } from '../store/plugin-record.ts'
import { readPluginSet, type PluginSetEntry } from '../store/plugin-set.ts'
import { readState } from '../store/state.ts'
import { bringPackage, confirmSigner, type FetchedPackage } from './fetch-package.ts'
import type { InstallContext, InstallOptions } from './install-options.ts'
import { installPackages } from './install-packages.ts'
import type { PackageRepository } from './package-repository.ts'
import { stageArchive, stageSource } from './stage-source.ts'
import type { StagedPackage } from './staged-package.ts'
import { inStaging } from './staging.ts'

/** How plugins are imported. */
export interface ImportOptions extends Pick<InstallOptions, 'onStep' | 'signal'> {
  /** Where those are found that came from a marketplace and have no archive beside the file. */
  readonly repository?: PackageRepository | undefined
  /** Says what it would do, and does nothing. @default false */
  readonly dryRun?: boolean | undefined
}

/** What importing does with one plugin. */
export interface ImportedPlugin {
  readonly id: string
  readonly version: string
  /** Where it is taken from. */
  readonly from: string
  /** `same` is installed already, and `newer` in a newer version: both are left as they are. */
  readonly state: 'installed' | 'same' | 'newer'
}

/** What importing came to. */
export interface ImportedPlugins {
  readonly plugins: readonly ImportedPlugin[]
  readonly installed: readonly InstalledPlugin[]
}

/**
 * Installs exported plugins in one change, all or none: each has to be what was exported, down to the last byte, and is
 * asked about as any other.
 *
 * @throws PluginError `MB_PLUGIN_SET_INVALID`, `MB_PLUGIN_NOT_AS_PROMISED` and those of an installation
 */
export async function importPlugins(
  file: string,
  options: ImportOptions,
  context: InstallContext,
): Promise<ImportedPlugins> {
  const { layout, workspace } = context
  const path = resolve(workspace, file)
  const set = await readPluginSet(path)
  const present = new Map(readState(layout).plugins.map((plugin) => [plugin.id, plugin]))
  const plugins = set.plugins.map((entry) => ({
    entry,
    state: stateOf(entry, present.get(entry.id)),
  }))
  const wanted = plugins.flatMap(({ entry, state }) => (state === 'installed' ? [entry] : []))
  const outcome = plugins.map(({ entry, state }) => ({
    id: entry.id,
    version: entry.version,
    from: entry.archive ?? entry.source,
    state,
  }))
  if (options.dryRun === true || wanted.length === 0) return { plugins: outcome, installed: [] }
  const offered: FetchedPackage[] = []
  const installed = await inStaging(layout, async (folder) => {
    const staged: StagedPackage[] = []
    for (const [at, entry] of wanted.entries()) {
      const place = join(folder, String(at))
      await mkdir(place, { mode: 0o700 })
      staged.push(await stageEntry(entry, place, { ...context, options, file: path, offered }))
    }
    return await installPackages(staged, context)
  })
  for (const { promised } of offered) await confirmSigner(promised, context)
  return { plugins: outcome, installed }
}

/** What is there is not replaced by what is older. */
function stateOf(
  entry: PluginSetEntry,
  present: PluginRecord | undefined,
): ImportedPlugin['state'] {
  if (present === undefined) return 'installed'
  const { version } = present.manifest
  if (isOlder(entry.version, version)) return 'newer'
  return version === entry.version && present.digest === entry.digest ? 'same' : 'installed'
}

interface EntryContext extends InstallContext {
  readonly options: ImportOptions
  readonly file: string
  /** What repositories promised, for when it is installed. */
  readonly offered: FetchedPackage[]
}

async function stageEntry(
  entry: PluginSetEntry,
  place: string,
  context: EntryContext,
): Promise<StagedPackage> {
  const { options } = context
  options.signal?.throwIfAborted()
  const { id, namespace } = parsePluginId(entry.id)
  const brought = await bring(entry, place, context)
  checkEntry(entry, brought.facts)
  return {
    ...brought,
    id,
    wantedBy: entry.wantedBy,
    set: {
      enabled: entry.enabled,
      ...(entry.updates === undefined ? {} : { updates: entry.updates }),
    },
    options: { namespace, words: entry.words, onStep: options.onStep, signal: options.signal },
  }
}

type Brought = Pick<StagedPackage, 'facts' | 'directory' | 'source' | 'promised' | 'warnings'>

async function bring(
  entry: PluginSetEntry,
  place: string,
  context: EntryContext,
): Promise<Brought> {
  const { options, file, layout, workspace, fetching } = context
  const { signal, onStep } = options
  const directory = join(place, 'package')
  const { source } = entry
  if (entry.archive !== undefined) {
    onStep?.('verify')
    const archive = await archiveOf(entry, file)
    const facts = await stageArchive(archive, directory, { signal })
    return { facts, directory, ...originOf(entry, { archive, facts }) }
  }
  if (source.startsWith('marketplace:')) return await bringOffer(entry, place, context)
  if (source.startsWith('https:') && source.includes(hiddenQuery)) throw nowhere(entry)
  const parsed = parseSource(withoutDigest(source))
  if (parsed.kind === 'name' || parsed.kind === 'marketplace') throw nowhere(entry)
  if (parsed.kind !== 'path') onStep?.('fetch')
  const fetched = await fetchSource(parsed, join(place, 'download'), {
    ...fetching,
    workspace,
    signal: signal ?? new AbortController().signal,
  })
  onStep?.('verify')
  const facts = await stageSource(fetched.path, directory, { home: layout.home, signal })
  return { facts, directory, source }
}

/** What came is held against the digest of its tree; that of its bytes is no part of how a source is written. */
function withoutDigest(source: string): string {
  return source.startsWith('npm:')
    ? source.replace(/#.*$/, '')
    : source.replace(/ sha256=[0-9a-f]{64}$/, '')
}

/**
 * Where an archive beside the file came from. A grant of what nobody signed holds for one place, and anybody can write
 * the name of that place into a file.
 */
function originOf(
  { source }: PluginSetEntry,
  { archive, facts }: { readonly archive: string; readonly facts: PackageFacts },
): Pick<Brought, 'source' | 'warnings'> {
  if (facts.signature.status === 'unsigned') return { source: archive }
  const shown = JSON.stringify(neutralText(archive, 200))
  return {
    source,
    warnings: [`It comes in the archive ${shown}; only the file beside it says where from`],
  }
}

/** An archive beside the file; one that lies elsewhere is not what was exported. */
async function archiveOf(entry: PluginSetEntry, file: string): Promise<string> {
  try {
    return await realpathInside(dirname(file), entry.archive ?? '')
  } catch (cause) {
    throw new PluginError(
      'MB_PLUGIN_SET_INVALID',
      `Cannot import "${entry.id}": its archive ${JSON.stringify(neutralText(entry.archive ?? '', 200))} does not lie beside the file`,
      { hint: 'Keep the folder of archives next to the file that names them', cause },
    )
  }
}

async function bringOffer(
  entry: PluginSetEntry,
  place: string,
  { options, offered }: EntryContext,
): Promise<Brought> {
  const { repository } = options
  if (repository === undefined) throw nowhere(entry)
  const spec = `${entry.id}@${entry.version}`
  const fetched = await bringPackage(repository, spec, { folder: place, options })
  offered.push(fetched)
  return fetched
}

function nowhere({ id, version, source }: PluginSetEntry): PluginError {
  return new PluginError(
    'MB_PLUGIN_SET_INVALID',
    `Cannot import "${id}" ${version}: nothing here can bring it from ${JSON.stringify(neutralText(source, 200))}`,
    { hint: 'Export again with --with-packages, so that its archive comes along' },
  )
}

/** Refuses what is in order, and is not what was exported. */
function checkEntry(entry: PluginSetEntry, { manifest, tree, signature }: PackageFacts): void {
  const signer = signature.status === 'signed' ? signature.keyId : 'nobody'
  const facts = [
    ['name', parsePluginId(entry.id).name, manifest.name],
    ['version', entry.version, manifest.version],
    ['signer', entry.keyId ?? 'nobody', signer],
    ['content', entry.digest, tree.digest],
  ] as const
  const breach = facts.find(([, exported, found]) => exported !== found)
  if (breach === undefined) return
  const [what, exported, found] = breach
  throw new PluginError(
    'MB_PLUGIN_NOT_AS_PROMISED',
    `Cannot import "${entry.id}": ${what} ${quote(exported)} was exported, and what came has ${quote(found)}`,
    {
      hint: 'Export it again where it is installed',
      details: { what, promised: exported, found },
    },
  )
}

function quote(text: string): string {
  return JSON.stringify(neutralText(text, 32))
}
