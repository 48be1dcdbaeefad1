import type { RolledBack } from '@mb/plugin-core'
import { consentWays } from '../../consent/consent-ways.ts'
import type { Context } from '../../context.ts'
import type { Output } from '../../output/output.ts'
import { text } from '../../output/style.ts'
import type { Invocation } from '../../parse/invocation.ts'
import { installing } from './installing.ts'
import { showBreaks } from './show-breaks.ts'

/** Where a plugin went back to, or would. */
type Rollback = RolledBack & { readonly isDryRun: boolean }

/** Goes back to a version that is kept. */
export async function run(invocation: Invocation, context: Context): Promise<Rollback> {
  const isDryRun = invocation.has('dry-run')
  const done = await installing(context, consentWays(invocation, context, 'return'), (host) =>
    host.rollback(invocation.argument('plugin'), {
      version: invocation.optionalArgument('version'),
      keepData: invocation.has('keep-data'),
      force: invocation.has('force'),
      reason: invocation.option('reason'),
      dryRun: isDryRun,
      signal: context.signal,
    }),
  )
  return { ...done, isDryRun }
}

/** Says so. */
export function render(done: Rollback, output: Output): void {
  const { style } = output
  const { plugin, from, to, isDryRun, asks, restoresData } = done
  const name = style.strong(plugin.id)
  if (from === to) {
    output.line(text`${name} is at ${to} already`)
    return
  }
  output.line(
    isDryRun
      ? text`${name} would go back from ${from} to ${to}`
      : text`${style.good('✓')} ${name} went back from ${from} to ${to}`,
  )
  if (isDryRun && asks) output.line('  You would be asked: it was not agreed to as it is')
  if (restoresData)
    output.line(
      isDryRun
        ? '  What it kept with that version would come back'
        : '  What it kept with that version is back',
    )
  showBreaks(done.breaks, output)
}
