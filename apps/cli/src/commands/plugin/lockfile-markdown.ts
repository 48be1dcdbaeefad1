import type { LockfileChange } from '@mb/plugin-core'
import { plain } from '../../output/plain.ts'
import { warnings } from './lockfile-screen.ts'

/** What is other between two lockfiles, as Markdown for a review. */
export function lockfileMarkdown(changes: readonly LockfileChange[]): string {
  if (changes.length === 0) return 'No plugin is other than before.\n'
  const asks = changes.filter(({ gains, optionalGains }) => gains.length + optionalGains.length > 0)
  const count = `${changes.length} plugin${changes.length === 1 ? '' : 's'} changed`
  const lines = [
    `### Plugins: ${count}, ${asks.length === 0 ? 'none asks for more' : `${asks.length} ask${asks.length === 1 ? 's' : ''} for more`}`,
    '',
    '| plugin | before | after | asks for now | asked for before |',
    '| --- | --- | --- | --- | --- |',
    ...changes.map(row),
  ]
  return `${lines.join('\n')}\n`
}

function row(change: LockfileChange): string {
  const { id, from, to, gains, optionalGains, loses } = change
  const asked = [
    ...warnings(change).map((warning) => `**${escaped(warning)}**`),
    ...gains.map(({ words, risk }) => `${escaped(words)} (${risk})`),
    ...optionalGains.map(({ words, risk }) => `${escaped(words)}, if chosen (${risk})`),
  ]
  const cells = [
    escaped(id),
    from?.version ?? '–',
    to?.version ?? '–',
    asked.join('<br>'),
    loses.map(({ words }) => escaped(words)).join('<br>'),
  ]
  return `| ${cells.map((cell) => (cell === '' ? '–' : cell)).join(' | ')} |`
}

/** Words of a stranger as words alone: no markup, no address, no row of their own. */
function escaped(words: string): string {
  return plain(words)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\\`*_{}[\]()#+!|~@:]/g, String.raw`\$&`)
}
