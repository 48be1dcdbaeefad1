import type { Context } from '../../context.ts'
import type { Output } from '../../output/output.ts'
import { text } from '../../output/style.ts'
import type { Invocation } from '../../parse/invocation.ts'
import { openHost } from './host.ts'
import {
  readPermissionState,
  type NamedDescription,
  type PermissionState,
} from './permission-state.ts'
import { showNamedPermissions } from '../../consent/consent-screen.ts'

/** What a plugin may do, after something was taken back. */
interface Revoked extends PermissionState {
  /** What it has no longer. */
  readonly takenBack: readonly NamedDescription[]
  /** Whether it had a grant before. */
  readonly hadGrant: boolean
}

/** Takes back what a plugin was granted. */
export async function run(invocation: Invocation, context: Context): Promise<Revoked> {
  await using host = await openHost(context)
  const plugin = host.get(invocation.argument('plugin'))
  const before = await readPermissionState(host, plugin)
  const names = invocation.rest('permission')
  await host.revoke(plugin.id, names.length === 0 ? undefined : names)
  const after = await readPermissionState(host, plugin)
  const left = new Set(after.granted.map(({ name }) => name))
  return {
    ...after,
    takenBack: before.granted.filter(({ name }) => !left.has(name)),
    hadGrant: before.grantedAt !== null,
  }
}

/** Says what is taken back, and from when on. */
export function render({ id, takenBack, hadGrant, grantedAt }: Revoked, output: Output): void {
  const { style } = output
  const name = style.strong(id)
  if (!hadGrant || (grantedAt !== null && takenBack.length === 0)) {
    output.line(text`${name} had none of it; nothing is changed.`)
    return
  }
  output.line(
    grantedAt === null
      ? text`${style.good('✓')} Taken back from ${name}: everything. It does not run until you approve it again.`
      : text`${style.good('✓')} Taken back from ${name}, from its next run on:`,
  )
  showNamedPermissions(takenBack, output)
  output.rows([['', style.faint('What runs now keeps what it has until it ends.')]])
}
