import { lstat } from 'node:fs/promises'
import { errorCode } from '@mb/kernel'
import { readDigestTree, readManifest, type Manifest } from '@mb/manifest'
import { PluginError } from '../plugin-error.ts'
import { notPartOfAPlugin } from './stage-source.ts'

/** A plugin under development, as its folder is at this moment. */
export interface LinkedPlugin {
  readonly manifest: Manifest
  /** Of its files, without what is not packaged. */
  readonly digest: string
}

/**
 * Reads a plugin in the folder that it is developed in.
 *
 * @throws PluginError `MB_PLUGIN_LINK`; ManifestError for what is wrong with its manifest or its files
 */
export async function readLinked(
  id: string,
  folder: string,
  signal?: AbortSignal,
): Promise<LinkedPlugin> {
  await checkFolder(id, folder)
  const [{ manifest }, { digest }] = await Promise.all([
    readManifest(folder),
    readDigestTree(folder, { leaveOut: notPartOfAPlugin, signal }),
  ])
  if (id.endsWith(`/${manifest.name}`)) return { manifest, digest }
  throw broken(id, `its folder ${JSON.stringify(folder)} holds the plugin "${manifest.name}" now`)
}

/** A link in its place would lead elsewhere than the person said. */
async function checkFolder(id: string, folder: string): Promise<void> {
  try {
    if ((await lstat(folder)).isDirectory()) return
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error
  }
  throw broken(id, `there is no folder ${JSON.stringify(folder)} any more`)
}

function broken(id: string, reason: string): PluginError {
  return new PluginError('MB_PLUGIN_LINK', `Cannot use "${id}": ${reason}`, {
    hint: `Link it again with mb plugin install --link FOLDER, or remove it with mb plugin uninstall ${id}`,
  })
}
