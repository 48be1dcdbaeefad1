import { openKeyStore } from '@mb/sdk'
import { CliError } from '../../../cli-error.ts'
import type { Context } from '../../../context.ts'
import type { Output } from '../../../output/output.ts'
import type { Invocation } from '../../../parse/invocation.ts'
import { text } from '../../../output/style.ts'

/** What happened to the key. */
interface Deletion {
  readonly name: string
  readonly deleted: boolean
}

/** Deletes a key, once the person said so. */
export async function run(invocation: Invocation, context: Context): Promise<Deletion> {
  const name = invocation.argument('name')
  const keys = openKeyStore(context.home)
  const { keyId } = await keys.get(name)
  if (!invocation.has('yes')) {
    if (!context.isInteractive) {
      throw new CliError(
        'MB_CLI_NO_TERMINAL',
        `Cannot delete key "${name}": there is no terminal to ask whether that is meant`,
        { hint: 'Say so with --yes' },
      )
    }
    const isMeant = await context.ask(
      `Delete key ${name} (${keyId.slice(0, 16)}…)? Nothing can be signed with it any more.`,
    )
    if (!isMeant) return { name, deleted: false }
  }
  await keys.delete(name)
  return { name, deleted: true }
}

/** Says what happened. */
export function render({ name, deleted }: Deletion, output: Output): void {
  if (deleted) output.line(text`${output.style.good('✓')} Deleted key ${output.style.strong(name)}`)
  else output.line(text`Kept key ${output.style.strong(name)}`)
}
