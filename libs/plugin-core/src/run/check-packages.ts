import { describeMissing, missingPackages, vendoredPlaces } from '@mb/manifest'
import { PluginError } from '../plugin-error.ts'
import type { ProgramRequest } from './plugin-program.ts'

/**
 * Refuses to start a plugin that lacks packages which it declares: they come with it, and are never installed for it.
 *
 * @throws PluginError `MB_PLUGIN_PACKAGES`, naming them
 */
export async function checkPackages({
  id,
  manifest,
  code,
}: Pick<ProgramRequest, 'id' | 'manifest' | 'code'>): Promise<void> {
  const missing = await missingPackages(manifest, code)
  if (missing.length === 0) return
  const place = manifest.runtime === 'python' ? vendoredPlaces.python : vendoredPlaces.node
  throw new PluginError(
    'MB_PLUGIN_PACKAGES',
    `Cannot load plugin "${id}": it needs packages that did not come with it: ${missing.map(describeMissing).join(', ')}`,
    {
      hint: `Package it with mb sdk package, which puts them into ${place}, and install that package`,
      details: { plugin: id, missing },
    },
  )
}
