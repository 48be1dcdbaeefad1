import {
  definePlugin,
  type Awaitable,
  type CommandHandler,
  type PluginDefinition,
} from './define-plugin.ts'
import { readNamedFile } from './named-file.ts'
import type { TypedPlugin } from './typed-plugin.ts'
import type { PluginContext } from './plugin-context.ts'

/** What a validator found. */
export interface Validation {
  readonly valid: boolean
  /** One line each. */
  readonly errors: readonly string[]
  readonly warnings: readonly string[]
}

/** A plugin of type `validator`. */
export interface ValidatorPlugin extends TypedPlugin<'validate'> {
  /** Judges a text. `file` is the path that the person named, `-` for standard input. */
  readonly validate: (
    content: string,
    about: { readonly file: string },
    context: PluginContext,
  ) => Awaitable<Validation>
}

/**
 * Says what a plugin of type `validator` is. It becomes the command `validate`, which the manifest declares with the
 * required argument `file`: it prints what was found, and fails for what is not valid.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { defineValidatorPlugin } from '@mb/plugin-core/plugin'
 *
 * const plugin = defineValidatorPlugin({
 *   validate(content) {
 *     const errors = content.endsWith('\n') ? [] : ['The last line has no end']
 *     return { valid: errors.length === 0, errors, warnings: [] }
 *   },
 * })
 * assert.deepEqual(Object.keys(plugin.commands ?? {}), ['validate'])
 * ```
 */
export function defineValidatorPlugin({
  validate,
  commands,
  ...stages
}: ValidatorPlugin): PluginDefinition {
  const command: CommandHandler = async (invocation, context) => {
    const { file, content } = await readNamedFile(invocation)
    const { valid, errors, warnings } = await validate(content, { file }, context)
    const lines = [
      ...errors.map((line) => `error ${line}`),
      ...warnings.map((line) => `warning ${line}`),
    ]
    for (const line of lines) process.stdout.write(`${line}\n`)
    if (!valid) throw new Error(`"${file}" is not valid: ${count(errors.length, 'error')}`)
    return { valid, errors, warnings }
  }
  return definePlugin({ ...stages, commands: { ...commands, validate: command } })
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`
}
