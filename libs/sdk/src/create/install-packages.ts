import { commandFailed } from '../command-failed.ts'
import { packageManagerCommand, type PackageManager } from '../package-manager.ts'
import { runCommand, type CommandResult } from '../run-command.ts'

/** How {@link installPackages} installs. */
export interface InstallOptions {
  readonly signal?: AbortSignal | undefined
  /** Takes the plugin away again when the signal comes. */
  readonly undo: () => Promise<void>
}

/**
 * Installs what a new plugin needs, in its final place: in a workspace, a package manager looks at where it is.
 *
 * @throws SdkError `MB_SDK_COMMAND_MISSING`, `MB_SDK_COMMAND_FAILED`
 */
export async function installPackages(
  directory: string,
  manager: PackageManager,
  { signal, undo }: InstallOptions,
): Promise<void> {
  const words = await packageManagerCommand(manager, 'install')
  const [command, ...args] = words
  let result: CommandResult
  try {
    result = await runCommand(command, args, { cwd: directory, signal })
  } catch (error) {
    if (signal?.aborted) await undo()
    throw error
  }
  if (result.code === 0) return
  throw commandFailed(
    words,
    directory,
    result,
    `The plugin was created; run "${words.join(' ')}" in its folder when the registry answers`,
  )
}
