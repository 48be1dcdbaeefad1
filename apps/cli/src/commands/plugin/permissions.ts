import {
  addedPermissions,
  describePermissions,
  noPermissions,
  type PermissionDescription,
} from '@mb/manifest'
import { byRisk, riskMark } from '../../consent/consent-screen.ts'
import type { Context } from '../../context.ts'
import type { Output } from '../../output/output.ts'
import type { Invocation } from '../../parse/invocation.ts'
import { openHost } from './host.ts'
import { text } from '../../output/style.ts'

/** What a plugin may do, and what it asked for in vain. */
interface PermissionState {
  readonly id: string
  readonly grantedAt: string | null
  readonly granted: readonly PermissionDescription[]
  readonly notGranted: readonly PermissionDescription[]
  readonly revoked: boolean
}

/** Reads the grant of a plugin, or takes it back. */
export async function run(invocation: Invocation, context: Context): Promise<PermissionState> {
  await using host = await openHost(context)
  const { id, permissions } = await host.get(invocation.argument('plugin'))
  const revoked = invocation.has('revoke')
  if (revoked) await host.revoke(id)
  const grant = await host.grants(id)
  const granted = grant?.permissions ?? noPermissions
  return {
    id,
    grantedAt: grant?.grantedAt ?? null,
    granted: describePermissions(granted),
    notGranted: describePermissions(addedPermissions(granted, permissions)),
    revoked,
  }
}

/** Shows both. */
export function render(state: PermissionState, output: Output): void {
  const { style } = output
  if (state.revoked) output.line(text`${style.good('✓')} Took back what was granted to ${state.id}`)
  const list = (permissions: readonly PermissionDescription[]): void => {
    for (const permission of byRisk(permissions))
      output.line(text`  ${riskMark(permission, style)} ${permission.words}`)
  }
  if (state.granted.length === 0) {
    output.line(
      text`${style.strong(state.id)} may see the files that you name when you run it, and nothing else.`,
    )
  } else {
    output.line(text`${style.strong(state.id)} may, since ${state.grantedAt ?? 'ever'}:`)
    list(state.granted)
  }
  if (state.notGranted.length > 0) {
    output.line('It also asked for what is not granted:')
    list(state.notGranted)
  }
}
