import type { HistoryEntry } from '@mb/plugin-core'
import { CliError } from '../../cli-error.ts'
import type { Context } from '../../context.ts'
import type { Output } from '../../output/output.ts'
import type { Invocation } from '../../parse/invocation.ts'
import { openHost } from './host.ts'

/** Reads what was done. */
export async function run(
  invocation: Invocation,
  context: Context,
): Promise<readonly HistoryEntry[]> {
  const limit = limitFrom(invocation)
  await using host = await openHost(context)
  return host.history(invocation.optionalArgument('plugin')).slice(0, limit)
}

/** Shows it as a table. */
export function render(entries: readonly HistoryEntry[], output: Output): void {
  const { style } = output
  if (entries.length === 0) {
    output.line('Nothing was done to any plugin yet.')
    return
  }
  output.table(
    ['when', 'plugin', 'what', 'from', 'to', 'why'],
    entries.map(({ at, id, action, from, to, reason }) => [
      style.faint(at.replace(/\.\d+Z$/, 'Z')),
      style.strong(id),
      action,
      from ?? '',
      to ?? '',
      reason ?? '',
    ]),
  )
}

function limitFrom(invocation: Invocation): number {
  const text = invocation.option('limit') ?? ''
  const limit = Number(text)
  if (Number.isSafeInteger(limit) && limit > 0) return limit
  throw new CliError(
    'MB_CLI_VALUE',
    `Cannot use ${JSON.stringify(text)} with --limit: it is no whole number above 0`,
    { hint: 'Give how many entries you want to see, as --limit 50' },
  )
}
