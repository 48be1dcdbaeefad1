/**
 * What a plugin's author imports. It has no dependency, does nothing, and bundles to a few lines.
 *
 * @module
 */
export { definePlugin } from './plugin/define-plugin.ts'
export type {
  Awaitable,
  CommandHandler,
  CommandInvocation,
  HealthReport,
  Migration,
  PluginDefinition,
} from './plugin/define-plugin.ts'
export type { PluginContext, PluginKeyValues, PluginLog } from './plugin/plugin-context.ts'
