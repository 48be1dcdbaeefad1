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
  CompletionHandler,
  CompletionRequest,
  HealthReport,
  HookEvent,
  HookHandler,
  Migration,
  PluginDefinition,
  Service,
} from './plugin/define-plugin.ts'
export type { PluginContext, PluginKeyValues, PluginLog } from './plugin/plugin-context.ts'

// One for each type of plugin
export { defineCommandPlugin } from './plugin/command-plugin.ts'
export type { CommandPlugin } from './plugin/command-plugin.ts'
export { defineCompletionPlugin } from './plugin/completion-plugin.ts'
export type { CompletionPlugin } from './plugin/completion-plugin.ts'
export { defineHookPlugin, defineMiddlewarePlugin } from './plugin/event-plugins.ts'
export type { HookPlugin, MiddlewarePlugin } from './plugin/event-plugins.ts'
export { defineFormatterPlugin } from './plugin/formatter-plugin.ts'
export type { FormatterPlugin } from './plugin/formatter-plugin.ts'
export { defineGeneratorPlugin } from './plugin/generator-plugin.ts'
export type { GeneratedFiles, GeneratorPlugin } from './plugin/generator-plugin.ts'
export { defineProviderPlugin } from './plugin/provider-plugin.ts'
export type { CredentialCheck, ProviderPlugin } from './plugin/provider-plugin.ts'
export { defineExtensionPlugin, defineIntegrationPlugin } from './plugin/service-plugins.ts'
export type { ExtensionPlugin, IntegrationPlugin } from './plugin/service-plugins.ts'
export { defineTemplatePlugin } from './plugin/template-plugin.ts'
export type { Template, TemplatePlugin, Templates } from './plugin/template-plugin.ts'
export type { TypedPlugin } from './plugin/typed-plugin.ts'
export { defineValidatorPlugin } from './plugin/validator-plugin.ts'
export type { Validation, ValidatorPlugin } from './plugin/validator-plugin.ts'
