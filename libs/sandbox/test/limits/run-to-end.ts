import { text } from 'node:stream/consumers'
import type { Exit, Sandbox, SpawnOptions } from '@mb/sandbox'

/** How a program ended, also where a limit ended it, and what it wrote. */
export async function runToEnd(
  sandbox: Sandbox,
  command: string,
  args: readonly string[],
  options: SpawnOptions = {},
): Promise<Exit & { readonly stdout: string }> {
  await using program = await sandbox.spawn(command, args, { ...options, stderr: 'ignore' })
  const output = program.stdout === null ? '' : text(program.stdout)
  const [stdout, exit] = await Promise.all([output, program.exited])
  return { ...exit, stdout }
}
