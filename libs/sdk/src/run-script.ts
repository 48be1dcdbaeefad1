import { access } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { findPackageManager, packageManagerCommand } from './package-manager.ts'
import { runCommand, type CommandResult, type RunCommandOptions } from './run-command.ts'
import { SdkError } from './sdk-error.ts'
import type { ProjectPackage } from './project.ts'

/** How a script of a project ended, and the words that ran it. */
export interface ScriptResult extends CommandResult {
  readonly words: readonly string[]
}

/**
 * Runs a script of a project's package.json by the project's own package manager.
 *
 * @throws SdkError `MB_SDK_SCRIPT_MISSING`, `MB_SDK_NOT_INSTALLED`, `MB_SDK_COMMAND_MISSING`
 */
export async function runScript(
  directory: string,
  script: string,
  project: ProjectPackage,
  options: Omit<RunCommandOptions, 'cwd'>,
): Promise<ScriptResult> {
  const manager = await findPackageManager(directory)
  if (!Object.hasOwn(project.scripts, script)) {
    throw new SdkError(
      'MB_SDK_SCRIPT_MISSING',
      `Cannot run script "${script}" of "${directory}": package.json has no such script`,
      { hint: `Add "${script}" to the scripts of package.json` },
    )
  }
  if (project.needsPackages && !(await isInstalled(directory))) {
    const install = await packageManagerCommand(manager, 'install')
    throw new SdkError(
      'MB_SDK_NOT_INSTALLED',
      `Cannot run script "${script}" of "${directory}": its packages are not installed`,
      { hint: `Run \`${install.join(' ')}\` there` },
    )
  }
  const words = await packageManagerCommand(manager, 'run', [script])
  const [command, ...args] = words
  return { ...(await runCommand(command, args, { ...options, cwd: directory })), words }
}

/** Whether a folder or one above it holds packages: in a workspace they lie at its root. */
async function isInstalled(directory: string): Promise<boolean> {
  for (const name of ['node_modules', '.pnp.cjs']) {
    try {
      await access(join(directory, name))
      return true
    } catch {
      // looked for in the folder above
    }
  }
  return dirname(directory) !== directory && isInstalled(dirname(directory))
}
