import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, isAbsolute, join } from 'node:path'
import {
  definePlugin,
  type Awaitable,
  type CommandHandler,
  type CommandInvocation,
  type PluginDefinition,
} from './define-plugin.ts'
import { namedPath } from './named-file.ts'
import type { TypedPlugin } from './typed-plugin.ts'
import type { PluginContext } from './plugin-context.ts'

/** Files by their paths, which are relative, with `/`. */
export type GeneratedFiles = Readonly<Record<string, string | Uint8Array>>

/** A plugin of type `generator`. */
export interface GeneratorPlugin extends TypedPlugin<'generate'> {
  /** Makes files of what the person typed; they are written for it. */
  readonly generate: (
    invocation: CommandInvocation,
    context: PluginContext,
  ) => Awaitable<GeneratedFiles>
}

/**
 * Says what a plugin of type `generator` is. It becomes the command `generate`, which the manifest declares with the
 * required argument `into` of type `dir` and `access: write`. It writes below that folder alone, and replaces nothing.
 */
export function defineGeneratorPlugin({
  generate,
  commands,
  ...stages
}: GeneratorPlugin): PluginDefinition {
  const command: CommandHandler = async (invocation, context) => {
    const into = namedPath(invocation, 'into')
    const files = await generate(invocation, context)
    const paths = Object.keys(files)
    for (const path of paths) checkPath(path)
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(into, path)), { recursive: true })
      await writeFile(join(into, path), content, { flag: 'wx' })
    }
    return { into, files: paths }
  }
  return definePlugin({ ...stages, commands: { ...commands, generate: command } })
}

/** What a generator was handed may have come from elsewhere. */
function checkPath(path: string): void {
  const names = path.split(/[/\\]/)
  if (!isAbsolute(path) && !names.some((name) => name === '' || name === '.' || name === '..'))
    return
  throw new RangeError(`Cannot generate ${JSON.stringify(path)}: it does not stay below its folder`)
}
