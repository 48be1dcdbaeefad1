import { join, resolve } from 'node:path'
import { pluginId } from '@mb/manifest'
import type { InstalledPlugin } from '../store/installed-plugin.ts'
import type { InstallContext, InstallOptions } from './install-options.ts'
import { installPackage } from './install-package.ts'
import { stageSource } from './stage-source.ts'
import { inStaging } from './staging.ts'

/**
 * Installs a plugin from its folder or archive: verify → scan → consent → commit. Whatever is refused on the way leaves
 * the home as it was.
 *
 * @throws PluginError; ManifestError for what is wrong with the package
 */
export async function installPlugin(
  source: string,
  options: InstallOptions,
  context: InstallContext,
): Promise<InstalledPlugin> {
  const { layout, workspace } = context
  const { namespace = 'local', signal, onStep } = options
  const path = resolve(workspace, source)
  return await inStaging(layout, async (folder) => {
    const directory = join(folder, 'package')
    onStep?.('verify')
    const facts = await stageSource(path, directory, { home: layout.home, signal })
    const id = pluginId(namespace, facts.manifest.name)
    return await installPackage({ id, facts, directory, source: path, options }, context)
  })
}
