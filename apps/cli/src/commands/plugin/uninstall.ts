import type { RequirementGap } from '@mb/plugin-core'
import type { Context } from '../../context.ts'
import type { Output } from '../../output/output.ts'
import { text } from '../../output/style.ts'
import type { Invocation } from '../../parse/invocation.ts'
import { openHost } from './host.ts'
import { showBreaks } from './show-breaks.ts'

/** A plugin by its name and version. */
interface Named {
  readonly id: string
  readonly version: string
}

/** What was removed, or would be. */
interface Removed extends Named {
  /** Removed with it. */
  readonly pruned: readonly Named[]
  /** What nobody needs any more, and stays. */
  readonly unneeded: readonly Named[]
  readonly breaks: readonly RequirementGap[]
  readonly isDryRun: boolean
}

/** Removes a plugin and its grant. */
export async function run(invocation: Invocation, context: Context): Promise<Removed> {
  const isDryRun = invocation.has('dry-run')
  await using host = await openHost(context)
  const { plugin, pruned, unneeded, breaks } = await host.uninstall(invocation.argument('plugin'), {
    purge: invocation.has('purge'),
    forgetSigner: invocation.has('forget-signer'),
    prune: invocation.has('prune'),
    force: invocation.has('force'),
    dryRun: isDryRun,
    signal: context.signal,
  })
  return {
    ...named(plugin),
    pruned: pruned.map(named),
    unneeded: unneeded.map(named),
    breaks,
    isDryRun,
  }
}

/** Says so. */
export function render(removed: Removed, output: Output): void {
  const { style } = output
  const { unneeded, pruned, isDryRun, breaks } = removed
  for (const { id, version } of [removed, ...pruned]) {
    output.line(
      isDryRun
        ? text`Would remove ${style.strong(id)} ${version} and what was granted to it`
        : text`${style.good('✓')} Removed ${style.strong(id)} ${version} and what was granted to it`,
    )
  }
  showBreaks(breaks, output)
  if (unneeded.length > 0)
    output.line(
      text`Nobody needs ${unneeded.map(({ id }) => id).join(', ')} any more. ${style.faint('--prune removes that too.')}`,
    )
}

function named({ id, version }: Named): Named {
  return { id, version }
}
