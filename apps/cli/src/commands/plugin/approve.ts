import { consentOf } from '../../consent/ask-consent.ts'
import { consentWays } from '../../consent/consent-ways.ts'
import type { Context } from '../../context.ts'
import type { Output } from '../../output/output.ts'
import { text } from '../../output/style.ts'
import type { Invocation } from '../../parse/invocation.ts'
import { openHost } from './host.ts'
import { readPermissionState, type PermissionState } from './permission-state.ts'
import { showPermissionState } from './permissions.ts'

/** What a plugin may do, after somebody agreed. */
interface Approved extends PermissionState {
  /** Whether anything is other than before. */
  readonly changed: boolean
}

/** Asks about what an installed plugin is without. */
export async function run(invocation: Invocation, context: Context): Promise<Approved> {
  const ways = consentWays(invocation, context, 'grant')
  await using host = await openHost(context, { consent: consentOf(context, ways) })
  const { id } = host.get(invocation.argument('plugin'))
  const before = await host.grants(id)
  const plugin = await host.approve(id, {
    optional: invocation.list('optional'),
    isExact: invocation.has('exact'),
  })
  const after = await host.grants(id)
  return {
    ...(await readPermissionState(host, plugin)),
    changed: JSON.stringify(before) !== JSON.stringify(after),
  }
}

/** Says so. */
export function render({ changed, ...state }: Approved, output: Output): void {
  const { style } = output
  output.line(
    changed
      ? text`${style.good('✓')} Granted to ${style.strong(state.id)} ${state.version}`
      : text`All of it was granted to ${style.strong(state.id)} before; nothing is changed.`,
  )
  showPermissionState(state, output)
}
