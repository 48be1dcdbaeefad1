/** What a plugin is for. */
export type PluginType =
  | 'command'
  | 'completion'
  | 'hook'
  | 'formatter'
  | 'validator'
  | 'integration'
  | 'template'
  | 'provider'
  | 'generator'
  | 'extension'
  | 'middleware'

/** All types of plugins. */
export const pluginTypes: readonly PluginType[] = [
  'command',
  'completion',
  'hook',
  'formatter',
  'validator',
  'integration',
  'template',
  'provider',
  'generator',
  'extension',
  'middleware',
]

/** The type of a plugin that names none: that of the first thing that it brings. */
export function typeOf(brings: {
  readonly commands: readonly unknown[]
  readonly hooks: readonly unknown[]
  readonly completions: readonly unknown[]
}): PluginType {
  if (brings.commands.length > 0) return 'command'
  if (brings.hooks.length > 0) return 'hook'
  return brings.completions.length > 0 ? 'completion' : 'extension'
}
