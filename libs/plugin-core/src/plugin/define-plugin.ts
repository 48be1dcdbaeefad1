import type { PluginContext } from './plugin-context.ts'

/** A value, or the promise of one. */
export type Awaitable<T> = T | Promise<T>

/** What the person typed for a command, converted to the types that the manifest declares. */
export interface CommandInvocation {
  /** By name. A variadic argument is a list; what was left out and has no default is absent. */
  readonly arguments: Readonly<Record<string, unknown>>
  /** By name, as with arguments. */
  readonly options: Readonly<Record<string, unknown>>
}

/**
 * Does a command. What it prints goes to the person; what it returns goes to the host as JSON, which `mb` prints
 * when it is a text, and else with `--json` alone.
 */
export type CommandHandler = (
  invocation: CommandInvocation,
  context: PluginContext,
) => Awaitable<unknown>

/** What happened, or is about to. */
export interface HookEvent {
  /** As the manifest declares it: `deploy:after`. */
  readonly name: string
  /** What the host says of it. */
  readonly data: unknown
}

/** Is told of an event. What it returns goes back to the host as JSON. */
export type HookHandler = (event: HookEvent, context: PluginContext) => Awaitable<unknown>

/** What somebody is typing. */
export interface CompletionRequest {
  readonly command: string
  /** The words before it. */
  readonly words: readonly string[]
  /** As far as it was typed. */
  readonly word: string
}

/** Proposes words that begin with what was typed. */
export type CompletionHandler = (
  request: CompletionRequest,
  context: PluginContext,
) => Awaitable<readonly string[]>

/** What a plugin does for other plugins, by the names of its methods; JSON goes in and out. */
export type Service = Readonly<
  Record<string, (input: unknown, context: PluginContext) => Awaitable<unknown>>
>

/** The versions that an update leads from and to. */
export interface Migration {
  readonly from: string
  readonly to: string
}

/** Whether a plugin can do its work. */
export type HealthReport =
  | { readonly status: 'healthy' }
  | { readonly status: 'warning' | 'unhealthy'; readonly reason: string }

/** A plugin: its commands, and what it does around them. Each stage has its deadline. */
export interface PluginDefinition {
  /** Makes ready what all commands need; 10 seconds. */
  readonly initialize?: (context: PluginContext) => Awaitable<void>
  /** Just before the command; 10 seconds. */
  readonly activate?: (context: PluginContext) => Awaitable<void>
  /** After the command, also when it failed; 5 seconds. */
  readonly deactivate?: (context: PluginContext) => Awaitable<void>
  /** Gives back what `initialize` took; 5 seconds. */
  readonly cleanup?: (context: PluginContext) => Awaitable<void>
  /**
   * Says whether it can do its work, which it can if it says nothing; 30 seconds, or what the settings say. It is asked
   * by `mb plugin health`, and of a new version before an update is real.
   */
  readonly health?: (context: PluginContext) => Awaitable<HealthReport | void>
  /**
   * Brings what the plugin keeps to the form of a new version; 30 seconds, or what the settings say. The new version's
   * code runs, and `data` and `kv` are copies, which become real if it and the health check succeed. Nothing else can
   * be written, and nobody can be reached.
   */
  readonly migrate?: (migration: Migration, context: PluginContext) => Awaitable<void>
  /** By the name that the manifest declares. */
  readonly commands?: Readonly<Record<string, CommandHandler>>
  /** By the event that the manifest declares. Called by a host that has the event. */
  readonly hooks?: Readonly<Record<string, HookHandler>>
  /** By the name that the manifest declares. Called by a host that asks plugins what can be typed. */
  readonly completions?: Readonly<Record<string, CompletionHandler>>
  /** By the name that the manifest provides. Called by a host that joins plugins. */
  readonly services?: Readonly<Record<string, Service>>
}

/**
 * Says what a plugin is. The entry of a plugin exports its result as default.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { definePlugin } from '@mb/plugin-core/plugin'
 *
 * const plugin = definePlugin({
 *   commands: { greet: ({ arguments: { name } }) => `Hello ${String(name)}` },
 * })
 * assert.deepEqual(Object.keys(plugin.commands ?? {}), ['greet'])
 * ```
 */
export function definePlugin(definition: PluginDefinition): PluginDefinition {
  return definition
}
