import { realpath } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { misnamedArchive, pluginId } from '@mb/manifest'
import { fetchSource, type FetchedSource } from '../fetch/fetch-source.ts'
import { parseSource } from '../fetch/parse-source.ts'
import { formatSource, type PluginSource } from '../fetch/plugin-source.ts'
import { sourceError } from '../fetch/source-error.ts'
import { findPlugin } from '../store/find-plugin.ts'
import type { InstalledPlugin } from '../store/installed-plugin.ts'
import { installedPlugin } from '../store/plugin-record.ts'
import { readState } from '../store/state.ts'
import type { InstallContext, InstallOptions } from './install-options.ts'
import { installPackage } from './install-package.ts'
import { installSet } from './install-set.ts'
import { stageSource } from './stage-source.ts'
import type { StagedPackage } from './staged-package.ts'
import { inStaging } from './staging.ts'

/**
 * Installs a plugin from wherever it lies: fetch → verify → scan → consent → commit. Whatever is refused on the way
 * leaves the home as it was. The plugins that it needs come with it.
 *
 * @param source - as {@link parseSource} reads it; a name that could be a folder's is a folder's
 * @throws PluginError; ManifestError for what is wrong with the package
 */
export async function installPlugin(
  source: string | PluginSource,
  options: InstallOptions,
  context: InstallContext,
): Promise<InstalledPlugin> {
  const { layout } = context
  const { namespace = 'local', signal, onStep } = options
  const parsed = typeof source === 'string' ? parseSource(source) : source
  checkOptions(parsed, options)
  return await inStaging(layout, async (folder) => {
    const fetched = await bring(parsed, join(folder, 'download'), { options, context })
    const directory = join(folder, 'package')
    onStep?.('verify')
    const facts = await stageSource(fetched.path, directory, {
      home: layout.home,
      isDeveloped: options.link,
      signal,
    })
    const id = pluginId(namespace, facts.manifest.name)
    const link = options.link === true ? await realpath(fetched.path) : undefined
    const staged: StagedPackage = {
      id,
      facts,
      directory,
      source: fetched.source,
      options,
      link,
      warnings: await warningsOf(parsed, fetched),
    }
    if (!needsOthers(staged)) return await installPackage(staged, context)
    const { repository } = options
    await installSet({ wanted: [], local: [staged], repository, options, folder }, context)
    return installedPlugin(findPlugin(readState(layout).plugins, id), layout)
  })
}

/** A person goes by the name of a file of theirs; what was fetched has one of ours. */
async function warningsOf(
  { kind }: PluginSource,
  { path, source }: FetchedSource,
): Promise<readonly string[]> {
  if (kind !== 'path' && kind !== 'name') return []
  const warning = await misnamedArchive(path, basename(source))
  return warning === undefined ? [] : [warning]
}

function needsOthers({ facts: { manifest }, options }: StagedPackage): boolean {
  const { plugins, optionalPlugins } = manifest
  return (
    options.dependencies !== false &&
    (Object.keys(plugins).length > 0 || Object.keys(optionalPlugins).length > 0)
  )
}

async function bring(
  source: PluginSource,
  folder: string,
  { options, context }: { readonly options: InstallOptions; readonly context: InstallContext },
): Promise<FetchedSource> {
  if (source.kind === 'marketplace')
    throw sourceError('MB_SOURCE_INVALID', formatSource(source), 'no marketplace is open here', {
      hint: 'Install it from a repository, by installFrom()',
    })
  const { signal = new AbortController().signal, sha256, onProgress, onStep } = options
  const local = source.kind === 'name' ? ({ kind: 'path', path: source.path } as const) : source
  if (local.kind !== 'path') onStep?.('fetch')
  return await fetchSource(local, folder, {
    ...context.fetching,
    workspace: context.workspace,
    sha256,
    signal,
    onProgress,
  })
}

function checkOptions(source: PluginSource, { link = false, sha256 }: InstallOptions): void {
  const isHere = source.kind === 'path' || source.kind === 'name'
  if (link && !isHere)
    throw sourceError(
      'MB_SOURCE_INVALID',
      formatSource(source),
      'only a folder on this machine can be linked',
    )
  if (link && sha256 !== undefined)
    throw sourceError(
      'MB_SOURCE_INVALID',
      formatSource(source),
      'a linked folder changes as it is developed, so no digest holds for it',
    )
}
