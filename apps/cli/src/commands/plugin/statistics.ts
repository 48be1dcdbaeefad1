import type { PluginFigures, PluginStatistics } from '@mb/plugin-core'
import type { Context } from '../../context.ts'
import { formatDuration } from '../../output/amounts.ts'
import type { Output } from '../../output/output.ts'
import { text, type Style, type Text } from '../../output/style.ts'
import type { Invocation } from '../../parse/invocation.ts'
import { openHost } from './host.ts'

/** Counts. */
export async function run(_invocation: Invocation, context: Context): Promise<PluginStatistics> {
  await using host = await openHost(context)
  return host.statistics()
}

/** Shows the counts of all, then of each. */
export function render(statistics: PluginStatistics, output: Output): void {
  const { style } = output
  const { total, enabled, disabled, held, byType, byAuthor, byHealth, runs, errors } = statistics
  if (total === 0) {
    output.line('No plugin is installed.')
    return
  }
  output.facts([
    ['plugins', text`${total} (${enabled} enabled, ${disabled} disabled)`],
    ['types', counts(byType)],
    ['authors', counts(byAuthor)],
    ['health', counts(byHealth)],
    ['updates that wait', held],
    ['runs', text`${runs}, of which ${errors} failed`],
  ])
  output.gap()
  output.table(
    ['plugin', 'version', 'runs', 'failed', 'average', 'longest', 'last used'],
    statistics.plugins.map((plugin) => [
      style.strong(plugin.id),
      plugin.version,
      plugin.runs,
      failed(plugin, style),
      plugin.averageMs === undefined ? '' : formatDuration(plugin.averageMs),
      plugin.runs === 0 ? '' : formatDuration(plugin.longestMs),
      plugin.lastUsedAt?.slice(0, 16).replace('T', ' ') ?? 'never',
    ]),
  )
}

function failed({ errors, lastError }: PluginFigures, style: Style): Text {
  return errors === 0 ? errors : style.warning(text`${errors} (${lastError ?? 'unknown'})`)
}

function counts(by: Readonly<Record<string, number>>): string {
  const some = Object.entries(by).filter(([, count]) => count > 0)
  return some.map(([name, count]) => `${count} ${name}`).join(', ')
}
