import { errorCode } from '@mb/kernel'
import type { Manifest } from '@mb/manifest'
import { PluginError } from '../plugin-error.ts'
import { whyUnfit, type Machine } from './why-unfit.ts'

/**
 * Refuses a plugin that is made for another machine, or for other versions of what would run it.
 *
 * @throws PluginError `MB_PLUGIN_PLATFORM`, `MB_PLUGIN_ENGINE`
 */
export async function checkFit(
  id: string,
  manifest: Pick<Manifest, 'version' | 'engines' | 'platforms' | 'runtime'>,
  machine?: Machine,
): Promise<void> {
  const { version, engines, platforms, runtime } = manifest
  const details = { id, version, engines, platforms }
  const unfit = whyUnfit(manifest, machine)
  if (unfit !== undefined) {
    const hint =
      unfit.code === 'MB_PLUGIN_PLATFORM'
        ? 'Ask its author for a package for this machine'
        : 'Install another version of the plugin, or of what it needs'
    throw new PluginError(unfit.code, `Cannot install "${id}" ${version}: it ${unfit.reason}`, {
      hint,
      details,
    })
  }
  if (runtime === 'python' && engines.python !== undefined)
    await checkPython(id, version, engines.python)
}

async function checkPython(id: string, version: string, range: string): Promise<void> {
  const { findPython } = await import('../run/find-python.ts')
  try {
    await findPython({ id, range })
  } catch (cause) {
    if (!(cause instanceof PluginError) || errorCode(cause) !== 'MB_PLUGIN_RUNTIME') throw cause
    const found = cause.details?.['found']
    const here = Array.isArray(found) && found.length > 0 ? found.join(', ') : 'none'
    throw new PluginError(
      'MB_PLUGIN_ENGINE',
      `Cannot install "${id}" ${version}: it needs Python ${range}, and this machine has ${here}`,
      {
        ...(cause.hint === undefined ? {} : { hint: cause.hint }),
        cause,
        details: { id, version, range },
      },
    )
  }
}
