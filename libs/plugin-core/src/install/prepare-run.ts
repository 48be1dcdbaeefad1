import type { Manifest, Permissions } from '@mb/manifest'
import { effectivePermissions } from '../consent/effective-permissions.ts'
import { readGrants } from '../consent/grants.ts'
import { PluginError } from '../plugin-error.ts'
import { checkUntouched } from '../store/check-untouched.ts'
import { findPlugin } from '../store/find-plugin.ts'
import type { HomeLayout } from '../store/home-layout.ts'
import { readState } from '../store/state.ts'

/** An installed plugin that may be run now. */
export interface RunnablePlugin {
  readonly id: string
  readonly directory: string
  readonly manifest: Manifest
  /** What it asks for, as far as that was granted. */
  readonly permissions: Permissions
}

/**
 * Checks that a plugin may be run: switched on, granted, and its files untouched since they were verified.
 *
 * @throws PluginError `MB_PLUGIN_NOT_FOUND`, `MB_PLUGIN_DISABLED`, `MB_PLUGIN_CONSENT_NEEDED`, `MB_PLUGIN_TAMPERED`
 */
export async function prepareRun(
  name: string,
  layout: HomeLayout,
  signal?: AbortSignal,
): Promise<RunnablePlugin> {
  const { id, enabled, digest, manifest } = findPlugin(readState(layout).plugins, name)
  if (!enabled) {
    throw new PluginError('MB_PLUGIN_DISABLED', `Cannot run "${id}": it is switched off`, {
      hint: `Switch it on with mb plugin enable ${id}`,
    })
  }
  const grant = (await readGrants(layout)).get(id)?.grant
  if (grant === undefined) {
    throw new PluginError(
      'MB_PLUGIN_CONSENT_NEEDED',
      `Cannot run "${id}": nobody agreed to what it asks for, or the grant was taken back`,
      { hint: `Grant it with mb plugin permissions ${id} --grant` },
    )
  }
  const directory = layout.package(id, manifest.version)
  try {
    await checkUntouched({ id, directory, digest, signal })
  } catch (error) {
    // It was replaced or removed by another process just now: then the state says so.
    const now = readState(layout).plugins.find((record) => record.id === id)
    if (now?.digest === digest) throw error
    return await prepareRun(name, layout, signal)
  }
  return {
    id,
    directory,
    manifest,
    permissions: effectivePermissions(manifest.permissions, grant.permissions),
  }
}
