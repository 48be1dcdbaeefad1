import type { PluginUpdate } from '@mb/plugin-core'
import { consentOf } from '../../consent/ask-consent.ts'
import { consentWays } from '../../consent/consent-ways.ts'
import type { Context } from '../../context.ts'
import type { Output } from '../../output/output.ts'
import { text } from '../../output/style.ts'
import type { Invocation } from '../../parse/invocation.ts'
import { installedOrFound, letIn } from './approve-anew.ts'
import { openHost } from './host.ts'
import { readPermissionState, type PermissionState } from './permission-state.ts'
import { showPermissionState } from './permissions.ts'
import { showUpdates } from './update-screen.ts'

/** What a plugin may do, after somebody agreed. */
interface Approved extends PermissionState {
  /** Whether anything is other than before. */
  readonly changed: boolean
  /** What became of an update that waited for this. */
  readonly updates: readonly PluginUpdate[]
}

/** Asks about what a plugin is without, or about the update of it that waits; one that was found here is installed. */
export async function run(invocation: Invocation, context: Context): Promise<Approved> {
  const ways = consentWays(invocation, context, 'grant')
  await using host = await openHost(context, { consent: consentOf(context, ways) })
  const { plugin, isNew } = await installedOrFound(host, invocation, context)
  const { id } = plugin
  const before = isNew ? undefined : await host.grants(id)
  const options = { optional: invocation.list('optional'), isExact: invocation.has('exact') }
  const isAboutPresent = options.optional.length > 0 || options.isExact
  const updates = isAboutPresent ? [] : await letIn(plugin, invocation, context)
  if (!updates.some(isAnswered)) await host.approve(id, options)
  const after = await host.grants(id)
  return {
    ...(await readPermissionState(host, host.get(id))),
    changed: JSON.stringify(before) !== JSON.stringify(after),
    updates,
  }
}

/** Refused, when the update has to go on waiting. */
export function exitCode({ updates }: Approved): number {
  if (updates.some(({ status }) => status === 'failed')) return 1
  return updates.some(({ status }) => status === 'held') ? 3 : 0
}

/** Says so. */
export function render({ changed, updates, ...state }: Approved, output: Output): void {
  const { style } = output
  if (updates.some(isAnswered)) showUpdates(updates, output)
  else {
    output.line(
      changed
        ? text`${style.good('✓')} Granted to ${style.strong(state.id)} ${state.version}`
        : text`All of it was granted to ${style.strong(state.id)} before; nothing is changed.`,
    )
  }
  showPermissionState(state, output)
}

/** Whether the update was asked about: by now the marketplace may have taken it back. */
function isAnswered({ status }: PluginUpdate): boolean {
  return status === 'updated' || status === 'held' || status === 'failed'
}
