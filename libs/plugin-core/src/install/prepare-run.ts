import type { Manifest, Permissions } from '@mb/manifest'
import { allAsked, gapInWords, grantGaps, isGrantOf } from '../consent/covers-request.ts'
import { effectivePermissions } from '../consent/effective-permissions.ts'
import { readGrants, type Grant } from '../consent/grants.ts'
import { PluginError } from '../plugin-error.ts'
import { checkUntouched } from '../store/check-untouched.ts'
import { findPlugin } from '../store/find-plugin.ts'
import type { HomeLayout } from '../store/home-layout.ts'
import { directoryOf, type PluginRecord } from '../store/plugin-record.ts'
import { readState } from '../store/state.ts'
import { readLinked } from './linked-plugin.ts'

/** An installed plugin that may be run now. */
export interface RunnablePlugin {
  readonly id: string
  readonly directory: string
  readonly manifest: Manifest
  /** What it asks for, what is optional too, as far as that was granted. */
  readonly permissions: Permissions
  /** Of the files that were verified at install; of a linked plugin, as they are now. */
  readonly digest: string
  /** Settles when its files were found to be those; rejects with `MB_PLUGIN_TAMPERED`. Nothing of it may run before. */
  readonly untouched: Promise<void>
}

/**
 * Checks that a plugin may be run: switched on and granted. Whether its files are untouched since they were verified is looked at
 * meanwhile, so that what runs it can be made ready beside that.
 *
 * @throws PluginError `MB_PLUGIN_NOT_FOUND`, `MB_PLUGIN_DISABLED`, `MB_PLUGIN_CONSENT_NEEDED`
 */
export async function prepareRun(
  name: string,
  layout: HomeLayout,
  signal?: AbortSignal,
): Promise<RunnablePlugin> {
  const record = findPlugin(readState(layout).plugins, name)
  const { id, enabled, digest, manifest, link } = record
  if (!enabled) {
    throw new PluginError('MB_PLUGIN_DISABLED', `Cannot run "${id}": it is switched off`, {
      hint: `Switch it on with mb plugin enable ${id}`,
    })
  }
  const grant = (await readGrants(layout)).get(id)?.grant
  if (link !== undefined) return await prepareLinked({ ...record, link }, grant, signal)
  if (!isGrantOf(grant, record)) {
    const state =
      grant === undefined
        ? 'nobody agreed to what it asks for, or the grant was taken back'
        : 'what was agreed to is about other versions, or another publisher'
    throw new PluginError('MB_PLUGIN_CONSENT_NEEDED', `Cannot run "${id}": ${state}`, {
      hint: `Grant it with mb plugin approve ${id}`,
    })
  }
  const directory = directoryOf(record, layout)
  const untouched = checkUntouched({ id, directory, digest, signal })
  // Whoever waits for it is told. Until then a failure is no stray one.
  untouched.catch(() => {})
  return {
    id,
    directory,
    manifest,
    permissions: effectivePermissions(allAsked(manifest), grant.permissions),
    digest,
    untouched,
  }
}

/** As it is now: whoever writes it changes what it asks for, too, and is asked again for more. */
async function prepareLinked(
  { id, link, keyId, source }: PluginRecord & { readonly link: string },
  grant: Grant | undefined,
  signal: AbortSignal | undefined,
): Promise<RunnablePlugin> {
  const { manifest, digest } = await readLinked(id, link, signal)
  const [gap] = grantGaps(grant, { manifest, keyId, source })
  if (gap !== undefined || grant === undefined) {
    const words = gapInWords(gap ?? { kind: 'nothing-granted' })
    const state = `${words.charAt(0).toLowerCase()}${words.slice(1)}`
    throw new PluginError(
      'MB_PLUGIN_CONSENT_NEEDED',
      `Cannot run "${id}" from its folder: ${state}`,
      {
        hint: `See what it asks for, and grant it, with mb plugin approve ${id}`,
      },
    )
  }
  return {
    id,
    directory: link,
    manifest,
    permissions: effectivePermissions(allAsked(manifest), grant.permissions),
    digest,
    untouched: Promise.resolve(),
  }
}

/** Whether another process has replaced or removed a plugin since: then its files are others, and the state says so. */
export function isReplaced({ id, digest }: RunnablePlugin, layout: HomeLayout): boolean {
  return readState(layout).plugins.find((record) => record.id === id)?.digest !== digest
}
