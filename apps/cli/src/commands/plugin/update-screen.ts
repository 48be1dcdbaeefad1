import type { PluginUpdate } from '@mb/plugin-core'
import type { Output } from '../../output/output.ts'
import { text, type Text } from '../../output/style.ts'

/** Says what became of each plugin, one line each, and what waits below it. */
export function showUpdates(updates: readonly PluginUpdate[], output: Output): void {
  if (updates.length === 0) output.line('No plugin is installed.')
  for (const update of updates) showUpdate(update, output)
  const waiting = updates.find(({ held }) => held.some(({ kind }) => kind === 'permissions'))
  if (waiting !== undefined)
    output.line(
      text`${output.style.faint(`To agree to what it asks for: mb plugin update ${waiting.id}, in a terminal or with --approval FILE`)}`,
    )
}

function showUpdate(update: PluginUpdate, output: Output): void {
  const { style } = output
  const { id, from, to = '', status, reason = '', held } = update
  const name = style.strong(id)
  const lines: Readonly<Record<PluginUpdate['status'], Text>> = {
    updated: text`${style.good('✓')} Updated ${name} ${from} → ${to}`,
    available: text`${style.name('↑')} ${name} ${from} → ${to} can be had`,
    current: text`${style.good('✓')} ${name} ${from} is up to date${reason === '' ? '' : text` (${reason})`}`,
    held: text`${style.warning('!')} ${name} stays at ${from}`,
    failed: text`${style.bad('✗')} ${name} stays at ${from}: ${reason}`,
    unmanaged: text`${style.faint('-')} ${name} ${from}: ${reason}`,
  }
  output.line(lines[status])
  for (const { version, reason: why, kind } of held)
    if (kind !== 'failed') output.line(text`    ${version} waits: ${why}`)
}
