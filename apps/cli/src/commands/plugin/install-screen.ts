import type { InstalledPlugin } from '@mb/plugin-core'
import type { Output } from '../../output/output.ts'
import { text } from '../../output/style.ts'

/** Says what is there now, and what can be typed. */
export function showInstalled(plugin: InstalledPlugin, output: Output): void {
  const { style } = output
  output.line(
    plugin.link === undefined
      ? text`${style.good('✓')} Installed ${style.strong(plugin.id)} ${plugin.version}`
      : text`${style.good('✓')} Linked ${style.strong(plugin.id)} ${plugin.version}: it runs in ${plugin.link}, as it is there`,
  )
  for (const command of plugin.commands)
    output.line(text`  ${style.name(`mb ${command.word}`)}  ${style.faint(command.summary)}`)
}
