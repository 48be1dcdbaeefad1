import { existsSync, type Stats } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode, isInside, readTextBounded } from '@mb/kernel'
import {
  entryFiles,
  extractArchive,
  requireManifest,
  vendoredPlaces,
  verifyPackage,
  writePackageMetadata,
  type PackageFacts,
} from '@mb/manifest'
import { PluginError } from '../plugin-error.ts'
import { reasonOf } from '../store/home-folders.ts'
import { copyFolder } from './copy-folder.ts'

/** What {@link stageSource} needs to know. */
export interface StageOptions {
  readonly home: string
  /** Whether a folder is somebody's who develops in it, whatever signature lies there from before. */
  readonly isDeveloped?: boolean | undefined
  readonly signal?: AbortSignal | undefined
}

const metadata = '.milkbottle'
const maxTreeBytes = 8 * 1024 * 1024
/** Names at the top of a plugin's folder that are not packaged. */
export const notPartOfAPlugin: ReadonlySet<string> = new Set(['node_modules', '.git', metadata])
const nothing: ReadonlySet<string> = new Set()

/**
 * Brings a plugin into a new private folder and verifies it there: from here on, what was verified is what is
 * installed; the source is never read again.
 *
 * An archive is a package and taken whole; so is a folder that holds `.milkbottle`, and no `node_modules` but packaged
 * ones. Any other folder is a plugin under development: its files are packaged on the way, unsigned.
 *
 * @throws PluginError `MB_PLUGIN_SOURCE`, `MB_PLUGIN_SOURCE_MISSING`, `MB_PLUGIN_ENTRY_MISSING`; ManifestError
 */
export async function stageSource(
  source: string,
  directory: string,
  options: StageOptions,
): Promise<PackageFacts> {
  const facts = await bring(source, directory, options)
  checkEntry(facts)
  return facts
}

/**
 * As {@link stageSource}, for what has to be an archive.
 *
 * @throws PluginError `MB_PLUGIN_ENTRY_MISSING`; ManifestError
 */
export async function stageArchive(
  archive: string,
  directory: string,
  { signal }: Pick<StageOptions, 'signal'>,
): Promise<PackageFacts> {
  // What is sealed before it becomes real is flushed then.
  await extractArchive(archive, directory, { signal, isFlushed: false })
  const facts = await verifyPackage(directory, { signal })
  checkEntry(facts)
  return facts
}

async function bring(
  source: string,
  directory: string,
  { home, isDeveloped = false, signal }: StageOptions,
): Promise<PackageFacts> {
  const kind = await statSource(source)
  if (kind.isFile()) {
    if (isDeveloped) throw cannot('MB_PLUGIN_SOURCE', source, 'an archive cannot be linked')
    await extractArchive(source, directory, { signal, isFlushed: false })
    return await verifyPackage(directory, { signal })
  }
  if (!kind.isDirectory())
    throw cannot('MB_PLUGIN_SOURCE', source, 'it is neither a folder nor an archive')
  if (isInside(await realpath(source), await realpath(home)))
    throw cannot('MB_PLUGIN_SOURCE', source, `it holds the home folder "${home}"`)
  if (!isDeveloped && (await isPackage(source))) {
    await copyFolder(source, directory, { leaveOut: nothing, signal })
    return await verifyPackage(directory, { signal })
  }
  // Told of the folder that was named, and before all of a wrong one is copied.
  await requireManifest(source)
  await copyFolder(source, directory, { leaveOut: notPartOfAPlugin, signal })
  await writePackageMetadata(directory, { signal })
  return await verifyPackage(directory, { signal })
}

/** Whether a folder is a package as a whole: what is not of it may have been installed into it since. */
async function isPackage(source: string): Promise<boolean> {
  if (!existsSync(join(source, metadata))) return false
  if (!existsSync(join(source, vendoredPlaces.node))) return true
  return await vendors(source)
}

/** Whether the packages in a package's folder came with it. */
async function vendors(source: string): Promise<boolean> {
  try {
    const tree = await readTextBounded(join(source, metadata, 'tree.json'), {
      maxBytes: maxTreeBytes,
    })
    return tree.includes(`"path":"${vendoredPlaces.node}/`)
  } catch {
    // What its metadata is worth, is found out when it is verified.
    return false
  }
}

async function statSource(source: string): Promise<Stats> {
  try {
    return await stat(source)
  } catch (error) {
    const code = errorCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw cannot('MB_PLUGIN_SOURCE_MISSING', source, 'there is no such folder or archive')
    throw cannot('MB_PLUGIN_SOURCE', source, reasonOf(error))
  }
}

function checkEntry({ manifest, tree }: PackageFacts): void {
  const candidates = entryFiles(manifest)
  const paths = new Set(tree.files.map(({ path }) => path))
  if (candidates.some((path) => paths.has(path))) return
  throw new PluginError(
    'MB_PLUGIN_ENTRY_MISSING',
    `Cannot install "${manifest.name}": its entry "${manifest.entry}" is not there`,
    { hint: 'Build the plugin first, as by npm run build' },
  )
}

function cannot(
  code: 'MB_PLUGIN_SOURCE' | 'MB_PLUGIN_SOURCE_MISSING',
  source: string,
  reason: string,
): PluginError {
  return new PluginError(code, `Cannot install from ${JSON.stringify(source)}: ${reason}`, {
    hint: 'Name the folder of a plugin, or its archive: zip, tar.gz or tgz',
  })
}
