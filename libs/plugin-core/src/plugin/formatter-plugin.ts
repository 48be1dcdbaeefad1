import { writeFile } from 'node:fs/promises'
import {
  definePlugin,
  type Awaitable,
  type CommandHandler,
  type PluginDefinition,
} from './define-plugin.ts'
import { readNamedFile, standardStream } from './named-file.ts'
import type { TypedPlugin } from './typed-plugin.ts'
import type { PluginContext } from './plugin-context.ts'

/** A plugin of type `formatter`. */
export interface FormatterPlugin extends TypedPlugin<'format'> {
  /** The text as it should be. `file` is the path that the person named, `-` for standard input. */
  readonly format: (
    content: string,
    about: { readonly file: string },
    context: PluginContext,
  ) => Awaitable<string>
}

/**
 * Says what a plugin of type `formatter` is. It becomes the command `format`, which the manifest declares with the
 * required argument `file` of type `file` and `access: write`, and if it likes with the option `check` of type `boolean`,
 * with which nothing is written and what is not formatted fails.
 */
export function defineFormatterPlugin({
  format,
  commands,
  ...stages
}: FormatterPlugin): PluginDefinition {
  const command: CommandHandler = async (invocation, context) => {
    const { file, content } = await readNamedFile(invocation)
    const formatted = await format(content, { file }, context)
    const isChanged = formatted !== content
    if (invocation.options['check'] === true) {
      if (isChanged) throw new Error(`"${file}" is not formatted`)
    } else if (file === standardStream) process.stdout.write(formatted)
    else if (isChanged) await writeFile(file, formatted)
    return { file, changed: isChanged }
  }
  return definePlugin({ ...stages, commands: { ...commands, format: command } })
}
