import { runCommand } from '../run-command.ts'
import { commandFailed } from '../command-failed.ts'

/**
 * Makes a git repository of a folder, unless it lies in one already.
 *
 * @returns whether one was made
 * @throws SdkError `MB_SDK_COMMAND_MISSING`, `MB_SDK_COMMAND_FAILED`
 */
export async function initializeGit(
  directory: string,
  options: { readonly signal?: AbortSignal | undefined },
): Promise<boolean> {
  const run = { cwd: directory, signal: options.signal }
  const inside = await runCommand('git', ['rev-parse', '--is-inside-work-tree'], run)
  if (inside.code === 0 && inside.output.trim() === 'true') return false
  const words = ['git', 'init', '--quiet', '--initial-branch=main'] as const
  const [command, ...args] = words
  const result = await runCommand(command, args, run)
  if (result.code !== 0) throw commandFailed(words, directory, result)
  return true
}
