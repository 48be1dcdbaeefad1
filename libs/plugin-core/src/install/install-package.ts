import type { InstalledPlugin } from '../store/installed-plugin.ts'
import type { InstallContext } from './install-options.ts'
import { installPackages } from './install-packages.ts'
import type { StagedPackage } from './staged-package.ts'

/**
 * Installs a verified package, or finds it installed already: scan → consent → commit.
 *
 * @throws PluginError
 */
export async function installPackage(
  staged: StagedPackage,
  context: InstallContext,
): Promise<InstalledPlugin> {
  const [installed] = await installPackages([staged], context)
  if (installed === undefined) throw new TypeError('Cannot tell what was installed: nothing was')
  return installed
}
