import type { PluginHost } from '@mb/plugin-core'
import { tallyCommand } from '../../consent/question-tally.ts'
import type { Context } from '../../context.ts'
import { formatBytes, formatDuration } from '../../output/amounts.ts'
import type { Output } from '../../output/output.ts'
import type { Invocation } from '../../parse/invocation.ts'
import { showTraffic } from '../sandbox/network-lines.ts'
import { networkOf } from '../sandbox/network-of.ts'
import { showReceipt } from '../sandbox/receipt-screen.ts'
import { openHost } from './host.ts'
import { text } from '../../output/style.ts'

type HostRun = Awaited<ReturnType<PluginHost['run']>>

/** What came of a plugin's command. */
export interface PluginRun extends HostRun {
  readonly plugin: string
  readonly command: string
}

/** Runs a command of a plugin, with what the person typed for it. */
export async function runPluginCommand(
  target: { readonly plugin: string; readonly command: string },
  invocation: Invocation,
  context: Context,
): Promise<PluginRun> {
  await using host = await openHost(context)
  tallyCommand(context.home)
  const run = await host.run(target.plugin, target.command, {
    ...invocation.toRecords(),
    // With --json standard output carries our value alone.
    stdio: context.settings.isJson ? 'pipe' : 'inherit',
    stdin: 'inherit',
    interactive: true,
    network: () => networkOf({ ...context, authorities: [] }),
    signal: context.signal,
    onProgress: ({ message, fraction }) => context.progress.tell(message, fraction),
  })
  return { ...target, ...run }
}

/**
 * Prints a text that the command returned; with `--verbose` also how it was confined. Other values are for programs, which
 * ask with `--json`: what the person should see, the command has printed.
 */
export function renderPluginRun(run: PluginRun, output: Output, context: Context): void {
  const { value } = run
  if (typeof value === 'string') output.text(value)
  const { aside } = context
  for (const { kind, name, count } of run.report.violations)
    if (kind === 'network')
      aside.line(
        text`${aside.style.bad('refused')} It tried ${name}${count === 1 ? '' : `, ${count} times`}, and may not`,
      )
  if (!context.settings.isVerbose) return
  showReceipt(run.receipt, aside)
  showTraffic(run.report.network, aside)
  const { cpuMs, wallMs, peakMemoryBytes } = run.usage
  aside.line(
    text`${formatDuration(cpuMs)} of CPU in ${formatDuration(wallMs)}, ${formatBytes(peakMemoryBytes)} of memory`,
  )
}
