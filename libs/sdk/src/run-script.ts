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
  const absent = await findAbsent(directory, project.packages)
  if (absent !== undefined) {
    const install = await packageManagerCommand(manager, 'install')
    throw new SdkError(
      'MB_SDK_NOT_INSTALLED',
      `Cannot run script "${script}" of "${directory}": its package "${absent}" is not installed`,
      { hint: `Run \`${install.join(' ')}\` there` },
    )
  }
  const words = await packageManagerCommand(manager, 'run', [script])
  const [command, ...args] = words
  return { ...(await runCommand(command, args, { ...options, cwd: directory })), words }
}

/** The first of some packages that is not there. */
async function findAbsent(
  directory: string,
  packages: readonly string[],
): Promise<string | undefined> {
  for (const name of packages) if (!(await isInstalled(directory, name))) return name
  return undefined
}

/** Whether a folder or one above it holds a package: in a workspace they lie at its root. */
async function isInstalled(directory: string, name: string): Promise<boolean> {
  // Yarn can keep all packages in one file.
  for (const path of [join('node_modules', name), '.pnp.cjs']) {
    try {
      await access(join(directory, path))
      return true
    } catch {
      // looked for in the folder above
    }
  }
  return dirname(directory) !== directory && isInstalled(dirname(directory), name)
}
