import type { PluginHealth } from '@mb/plugin-core'
import type { Context } from '../../context.ts'
import type { Output } from '../../output/output.ts'
import type { Style, Text } from '../../output/style.ts'
import { formatDuration } from '../../output/amounts.ts'
import type { Invocation } from '../../parse/invocation.ts'
import { openHost } from './host.ts'

/** Asks plugins how they are. */
export async function run(
  invocation: Invocation,
  context: Context,
): Promise<readonly PluginHealth[]> {
  const names = invocation.rest('plugins')
  await using host = await openHost(context)
  return await context.progress.during(
    'Asking the plugins',
    host.health({
      ...(names.length === 0 ? {} : { names }),
      signal: context.signal,
    }),
  )
}

/** Whether all can work. */
export function exitCode(health: readonly PluginHealth[]): number {
  return health.some(({ status }) => status === 'unhealthy' || status === 'error') ? 1 : 0
}

/** Shows it as a table. */
export function render(health: readonly PluginHealth[], output: Output): void {
  const { style } = output
  if (health.length === 0) {
    output.line('No plugin is installed.')
    return
  }
  output.table(
    ['plugin', 'version', 'health', 'took', 'why'],
    health.map(({ id, version, status, reason, durationMs }) => [
      style.strong(id),
      version,
      painted(status, style),
      formatDuration(durationMs),
      reason ?? '',
    ]),
  )
}

function painted(status: PluginHealth['status'], style: Style): Text {
  if (status === 'healthy') return style.good(status)
  if (status === 'unknown') return style.faint(status)
  return status === 'warning' ? style.warning(status) : style.bad(status)
}
