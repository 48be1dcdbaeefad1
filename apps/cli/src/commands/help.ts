import type { Context } from '../context.ts'
import { commandHelp, groupHelp, rootGroup } from '../help/help.ts'
import type { Output } from '../output/output.ts'
import type { Invocation } from '../parse/invocation.ts'
import { locate } from '../start/locate.ts'
import { unknownCommand } from '../unknown-command.ts'
import { readVersion } from '../version.ts'

/** Explains the command that was named; the plain form is answered by the router before this is loaded. */
export async function run(
  invocation: Invocation,
  { catalogue }: Context,
): Promise<{ readonly text: string }> {
  const topic = locate(invocation.rest('command'), catalogue)
  if (topic.rest.length > 0) throw unknownCommand(topic, catalogue)
  if (topic.command !== undefined) return { text: commandHelp(topic.command) }
  const group = catalogue.findGroup(topic.path) ?? rootGroup
  return { text: groupHelp(group, catalogue, readVersion()) }
}

/** Prints the help. */
export function render({ text }: { readonly text: string }, output: Output): void {
  output.text(text)
}
