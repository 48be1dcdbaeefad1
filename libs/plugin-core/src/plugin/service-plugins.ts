import { definePlugin, type PluginDefinition, type Service } from './define-plugin.ts'
import type { TypedPlugin } from './typed-plugin.ts'

/** A plugin of type `integration`. */
export interface IntegrationPlugin extends TypedPlugin {
  /** What it makes of another system for other plugins, by the names that its manifest provides. */
  readonly services: Readonly<Record<string, Service>>
}

/** Says what a plugin of type `integration` is: one that lends another system to other plugins. */
export function defineIntegrationPlugin(plugin: IntegrationPlugin): PluginDefinition {
  return definePlugin(plugin)
}

/** A plugin of type `extension`: it adds to a host or to other plugins, in one of these ways at least. */
export type ExtensionPlugin = TypedPlugin &
  (
    | Required<Pick<PluginDefinition, 'commands'>>
    | Required<Pick<PluginDefinition, 'hooks'>>
    | Required<Pick<PluginDefinition, 'completions'>>
    | Required<Pick<PluginDefinition, 'services'>>
  )

/** Says what a plugin of type `extension` is. */
export function defineExtensionPlugin(plugin: ExtensionPlugin): PluginDefinition {
  return definePlugin(plugin)
}
