import type { Context } from '../../context.ts'
import type { Output } from '../../output/output.ts'
import type { Invocation } from '../../parse/invocation.ts'
import { openHost } from './host.ts'
import { text } from '../../output/style.ts'

/** Disables a plugin. */
export async function run(
  invocation: Invocation,
  context: Context,
): Promise<{ readonly id: string; readonly enabled: boolean }> {
  await using host = await openHost(context)
  const { id, enabled } = await host.disable(invocation.argument('plugin'))
  return { id, enabled }
}

/** Says so. */
export function render({ id }: { readonly id: string }, output: Output): void {
  output.line(text`${output.style.good('✓')} Disabled ${output.style.strong(id)}`)
}
