import type { CommandHandler, PluginDefinition } from './define-plugin.ts'

/** What every typed plugin may have beside what its type asks: the stages, and commands but those of its type. */
export interface TypedPlugin<OwnCommand extends string = never> extends Omit<
  PluginDefinition,
  'commands'
> {
  readonly commands?: Readonly<Record<string, CommandHandler>> & {
    readonly [Name in OwnCommand]?: never
  }
}
