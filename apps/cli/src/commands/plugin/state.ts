import type { InstalledPlugin } from '@mb/plugin-core'
import type { Style, Text } from '../../output/style.ts'

/** Whether a plugin runs, and whether that is in the folder of whoever writes it. */
export function stateOf(
  { enabled, link }: Pick<InstalledPlugin, 'enabled' | 'link'>,
  style: Style,
): Text {
  if (!enabled) return style.faint('disabled')
  return link === undefined ? style.good('enabled') : style.warning('linked')
}
