import {
  definePlugin,
  type Awaitable,
  type CommandHandler,
  type PluginDefinition,
} from './define-plugin.ts'
import type { TypedPlugin } from './typed-plugin.ts'
import type { PluginContext } from './plugin-context.ts'

/** A template. */
export interface Template {
  readonly summary?: string
  /** The providers that it is for; without, it is for all. */
  readonly providers?: readonly string[]
  /** The text that it becomes. */
  readonly render: (
    values: Readonly<Record<string, unknown>>,
    context: PluginContext,
  ) => Awaitable<string>
}

/** Templates by their names. */
export type Templates = Readonly<Record<string, Template>>

/** A plugin of type `template`. */
export interface TemplatePlugin extends TypedPlugin<'templates' | 'render'> {
  readonly templates: Templates
}

/**
 * Says what a plugin of type `template` is. It becomes the command `templates`, which lists them, and the command
 * `render`, which the manifest declares with the required argument `template`. The options of `render` are the
 * values of the template; the option `provider` has to be one that the template is for.
 */
export function defineTemplatePlugin({
  templates,
  commands,
  ...stages
}: TemplatePlugin): PluginDefinition {
  return definePlugin({ ...stages, commands: { ...commands, ...templateCommands(templates) } })
}

/** The commands that templates become. */
export function templateCommands(
  templates: Templates,
): Readonly<Record<'templates' | 'render', CommandHandler>> {
  return {
    templates: () =>
      Object.entries(templates)
        .map(([name, { summary = '', providers = [] }]) =>
          [name, summary, providers.length === 0 ? '' : `(${providers.join(', ')})`]
            .filter((part) => part !== '')
            .join('  '),
        )
        .join('\n'),
    render: async ({ arguments: { template: name }, options }, context) => {
      const template = findTemplate(templates, name)
      const { provider } = options
      if (typeof provider === 'string' && template.providers?.includes(provider) === false)
        throw new RangeError(
          `Cannot render "${String(name)}" for "${provider}": it is for ${template.providers.join(', ')}`,
        )
      return await template.render(options, context)
    },
  }
}

function findTemplate(templates: Templates, name: unknown): Template {
  const template =
    typeof name === 'string' && Object.hasOwn(templates, name) ? templates[name] : undefined
  if (template !== undefined) return template
  throw new RangeError(
    `Cannot render "${String(name)}": there is ${Object.keys(templates).join(', ') || 'no template'}`,
  )
}
