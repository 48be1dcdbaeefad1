import { definePlugin, type CompletionHandler, type PluginDefinition } from './define-plugin.ts'
import type { TypedPlugin } from './typed-plugin.ts'

/** A plugin of type `completion`. */
export interface CompletionPlugin extends TypedPlugin {
  /** By the names that its manifest declares under `completions`. */
  readonly completions: Readonly<Record<string, CompletionHandler>>
}

/** Says what a plugin of type `completion` is: one that proposes what can be typed. */
export function defineCompletionPlugin(plugin: CompletionPlugin): PluginDefinition {
  return definePlugin(plugin)
}
