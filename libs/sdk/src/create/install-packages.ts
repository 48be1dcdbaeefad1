import { commandFailed } from '../command-failed.ts'
import { packageManagerCommand, type PackageManager } from '../package-manager.ts'
import { runCommand } from '../run-command.ts'

/**
 * Installs what a new plugin needs.
 *
 * @throws SdkError `MB_SDK_COMMAND_MISSING`, `MB_SDK_COMMAND_FAILED`
 */
export async function installPackages(
  directory: string,
  manager: PackageManager,
  options: { readonly signal?: AbortSignal | undefined },
): Promise<void> {
  const words = await packageManagerCommand(manager, 'install')
  const [command, ...args] = words
  const result = await runCommand(command, args, { cwd: directory, signal: options.signal })
  if (result.code === 0) return
  throw commandFailed(
    words,
    directory,
    result,
    `The plugin was created; run "${words.join(' ')}" in its folder when the registry answers`,
  )
}
