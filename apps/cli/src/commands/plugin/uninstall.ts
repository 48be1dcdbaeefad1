import type { Context } from '../../context.ts'
import type { Output } from '../../output/output.ts'
import type { Invocation } from '../../parse/invocation.ts'
import { openHost } from './host.ts'
import { text } from '../../output/style.ts'

/** What was removed. */
interface Removed {
  readonly id: string
  readonly version: string
}

/** Removes a plugin and its grant. */
export async function run(invocation: Invocation, context: Context): Promise<Removed> {
  await using host = await openHost(context)
  const {
    plugin: { id, version },
  } = await host.uninstall(invocation.argument('plugin'), {
    purge: invocation.has('purge'),
    forgetSigner: invocation.has('forget-signer'),
    signal: context.signal,
  })
  return { id, version }
}

/** Says so. */
export function render({ id, version }: Removed, output: Output): void {
  output.line(
    text`${output.style.good('✓')} Removed ${output.style.strong(id)} ${version} and what was granted to it`,
  )
}
