import { definePlugin, type HookHandler, type PluginDefinition } from './define-plugin.ts'
import type { TypedPlugin } from './typed-plugin.ts'

/** A plugin of type `hook`. */
export interface HookPlugin extends TypedPlugin {
  /** By the events that its manifest declares under `hooks`. */
  readonly hooks: Readonly<Record<string, HookHandler>>
}

/** Says what a plugin of type `hook` is: one that is told of events. */
export function defineHookPlugin(plugin: HookPlugin): PluginDefinition {
  return definePlugin(plugin)
}

/** A plugin of type `middleware`. */
export interface MiddlewarePlugin extends Omit<TypedPlugin, 'hooks'> {
  /** What it does before something, by its name: `deploy` is the hook `deploy:before`. */
  readonly before?: Readonly<Record<string, HookHandler>>
  /** What it does afterwards: `deploy` is the hook `deploy:after`. */
  readonly after?: Readonly<Record<string, HookHandler>>
}

/** Says what a plugin of type `middleware` is: one that does something before and after what others do. */
export function defineMiddlewarePlugin({
  before = {},
  after = {},
  ...plugin
}: MiddlewarePlugin): PluginDefinition {
  return definePlugin({ ...plugin, hooks: { ...at(before, 'before'), ...at(after, 'after') } })
}

function at(
  handlers: Readonly<Record<string, HookHandler>>,
  when: string,
): Readonly<Record<string, HookHandler>> {
  return Object.fromEntries(
    Object.entries(handlers).map(([name, handler]) => [`${name}:${when}`, handler]),
  )
}
