import type { PluginRecord } from './plugin-record.ts'
import { isNamed } from './requirement-gaps.ts'

/** Those that came because others needed them, and that nobody needs any more. */
export function unneededPlugins(plugins: readonly PluginRecord[]): readonly PluginRecord[] {
  const needed = new Set(plugins.filter(({ wantedBy }) => wantedBy === 'person'))
  // A set is walked to its end while it grows: those that are found are looked at too.
  for (const { manifest } of needed) {
    for (const name of [
      ...Object.keys(manifest.plugins),
      ...Object.keys(manifest.optionalPlugins),
    ]) {
      for (const plugin of plugins) if (isNamed(plugin, name)) needed.add(plugin)
    }
  }
  return plugins.filter((plugin) => !needed.has(plugin))
}
