import {
  addedPermissions,
  describePermissions,
  noPermissions,
  type PermissionDescription,
} from '@mb/manifest'
import { CliError } from '../../cli-error.ts'
import { consentOf } from '../../consent/ask-consent.ts'
import { showPermissions } from '../../consent/consent-screen.ts'
import type { Context } from '../../context.ts'
import type { Output } from '../../output/output.ts'
import type { Invocation } from '../../parse/invocation.ts'
import { openHost } from './host.ts'
import { text } from '../../output/style.ts'

/** What a plugin may do, and what it asks for in vain. */
interface PermissionState {
  readonly id: string
  /** Null when nothing is granted, not even to run. */
  readonly grantedAt: string | null
  readonly granted: readonly PermissionDescription[]
  readonly notGranted: readonly PermissionDescription[]
  readonly change: 'granted' | 'revoked' | 'none'
}

/** Reads the grant of a plugin, makes it or takes it back. */
export async function run(invocation: Invocation, context: Context): Promise<PermissionState> {
  const change = changeFrom(invocation)
  await using host = await openHost(context, {
    consent: consentOf(context, { to: 'grant', isYes: invocation.has('yes') }),
  })
  const { id, permissions } = host.get(invocation.argument('plugin'))
  if (change === 'revoked') await host.revoke(id)
  if (change === 'granted') await host.approve(id)
  const grant = await host.grants(id)
  const granted = grant?.permissions ?? noPermissions
  return {
    id,
    grantedAt: grant?.grantedAt ?? null,
    granted: describePermissions(granted),
    notGranted: describePermissions(addedPermissions(granted, permissions)),
    change,
  }
}

function changeFrom(invocation: Invocation): PermissionState['change'] {
  const [revoke, grant] = [invocation.has('revoke'), invocation.has('grant')]
  if (revoke && grant) {
    throw new CliError(
      'MB_CLI_USAGE',
      'Cannot run "mb plugin permissions": --revoke and --grant contradict each other',
      { hint: 'Give one of them' },
    )
  }
  if (revoke) return 'revoked'
  return grant ? 'granted' : 'none'
}

/** Shows both. */
export function render(state: PermissionState, output: Output): void {
  const { style } = output
  if (state.change !== 'none')
    output.line(text`${style.good('✓')} Permissions of ${style.strong(state.id)} ${state.change}`)
  if (state.grantedAt === null) {
    output.line(
      text`${style.strong(state.id)} does not run: nothing is granted to it. ${style.faint('--grant asks you again.')}`,
    )
  } else if (state.granted.length === 0) {
    output.line(
      text`${style.strong(state.id)} may see the files that you name when you run it, and nothing else.`,
    )
  } else {
    output.line(text`${style.strong(state.id)} may, since ${state.grantedAt}:`)
    showPermissions(state.granted, output)
  }
  if (state.notGranted.length > 0) {
    output.line('It asks for more, which is not granted:')
    showPermissions(state.notGranted, output)
  }
}
