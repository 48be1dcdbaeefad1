import { definePlugin, type CommandHandler, type PluginDefinition } from './define-plugin.ts'

/** A plugin of type `command`. */
export interface CommandPlugin extends PluginDefinition {
  readonly commands: Readonly<Record<string, CommandHandler>>
}

/** Says what a plugin of type `command` is: one that brings commands. */
export function defineCommandPlugin(plugin: CommandPlugin): PluginDefinition {
  return definePlugin(plugin)
}
