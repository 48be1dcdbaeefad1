import { z } from 'zod'
import type { CommandDeclaration, CompletionDeclaration, MenuEntry } from '../manifest.ts'
import { closed } from './closed.ts'
import { refuse } from './refuse.ts'
import { line, word } from './texts.ts'

/** Events that a plugin is called at. */
export const hooks: z.ZodType<readonly string[], readonly string[]> = z
  .array(
    z
      .string()
      .max(128)
      .regex(
        /^[a-z][a-z0-9_-]*(?::[a-z][a-z0-9_-]*)*$/,
        'A hook is written in small letters, as deploy:after',
      )
      .transform((name) => name.replaceAll('_', '-')),
  )
  .max(64)

/** Who proposes words for what is being typed. */
export const completions: z.ZodType<
  readonly CompletionDeclaration[],
  readonly CompletionDeclaration[]
> = z.array(closed({ name: word, command: word, value: word.exactOptional() })).max(200)

/** Entries of the menu. */
export const menu: z.ZodType<readonly MenuEntry[], readonly MenuEntry[]> = z
  .array(closed({ title: line(80), command: word }))
  .max(32)

/** Holds what leads to a command against the commands that there are. */
export function checkContributions(
  manifest: {
    readonly commands: readonly CommandDeclaration[]
    readonly completions: readonly CompletionDeclaration[]
    readonly menu: readonly MenuEntry[]
  },
  context: z.RefinementCtx,
): void {
  const commands = new Map(manifest.commands.map((command) => [command.name, command]))
  const seen = new Set<string>()
  manifest.menu.forEach(({ command }, index) => {
    if (!commands.has(command)) noCommand(command, ['menu', index, 'command'], context)
  })
  manifest.completions.forEach(({ name, command, value }, index) => {
    if (seen.has(name))
      refuse(context, {
        code: 'duplicate-name',
        message: `The completion "${name}" stands here twice`,
        path: ['completions', index, 'name'],
      })
    seen.add(name)
    const declared = commands.get(command)
    if (declared === undefined) noCommand(command, ['completions', index, 'command'], context)
    else if (
      value !== undefined &&
      ![...declared.arguments, ...declared.options].some((each) => each.name === value)
    )
      refuse(context, {
        code: 'bad-value',
        message: `The command "${command}" has no argument or option "${value}"`,
        path: ['completions', index, 'value'],
      })
  })
}

function noCommand(
  name: string,
  path: readonly (string | number)[],
  context: z.RefinementCtx,
): void {
  refuse(context, {
    code: 'bad-value',
    message: `The plugin has no command "${name}"`,
    path,
    hint: 'Name one of its own commands, as it stands under "commands"',
  })
}
