import type { InstalledPlugin, PluginHost, PluginUpdate } from '@mb/plugin-core'
import { consentWays } from '../../consent/consent-ways.ts'
import type { Context } from '../../context.ts'
import { Invocation, type Given } from '../../parse/invocation.ts'
import { findMeant } from './discovery/not-installed.ts'
import { installing } from './installing.ts'

/** A plugin that is installed; or one that was found here, and is installed by agreeing to it. */
export async function installedOrFound(
  host: PluginHost,
  invocation: Invocation,
  context: Context,
): Promise<{ readonly plugin: InstalledPlugin; readonly isNew: boolean }> {
  const name = invocation.argument('plugin')
  try {
    return { plugin: host.get(name), isNew: false }
  } catch (error) {
    const found = await findMeant(error, name, context)
    if (found === undefined) throw error
    const ways = consentWays(invocation, context)
    const plugin = await installing(context, ways, (installer, { onStep }) =>
      installer.install(found.path, { signal: context.signal, onStep }),
    )
    return { plugin, isNew: true }
  }
}

/** Updates a plugin to the version that waits for consent, asking as `mb plugin update` would. */
export async function letIn(
  { id, held }: InstalledPlugin,
  invocation: Invocation,
  context: Context,
): Promise<readonly PluginUpdate[]> {
  if (held === undefined) return []
  const options = new Map<string, Given>([['to', held.version]])
  if (invocation.has('yes')) options.set('yes', true)
  for (const name of ['approval', 'request-approval']) {
    const file = invocation.option(name)
    if (file !== undefined) options.set(name, file)
  }
  const { run: update } = await import('./update.ts')
  const done = await update(new Invocation(new Map([['plugins', [id]]]), options), context)
  return 'updates' in done ? done.updates : []
}
