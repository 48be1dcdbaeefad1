import { accessSync, constants, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { SandboxError } from '../sandbox-error.ts'
import { isVisible, type ExpectedMount } from './jail-plan.ts'

/** Where a command is looked for. */
export interface CommandSearch {
  readonly mounts: readonly ExpectedMount[]
  readonly cwd: string
  /** The program's own PATH. */
  readonly path: string
}

/**
 * The path of a command inside: looked up on the program's PATH when it has no slash.
 *
 * @throws SandboxError `MB_SANDBOX_COMMAND_MISSING`
 */
export function resolveCommand(command: string, search: CommandSearch): string {
  if (command === '' || command.includes('\0')) throw missing(command, 'it is no name of a file')
  const places = command.includes('/')
    ? [resolve(search.cwd, command)]
    : search.path
        .split(':')
        .filter((folder) => folder.startsWith('/'))
        .map((folder) => join(folder, command))
  const runnable = places.map(findExecutable).filter((file) => file !== undefined)
  // What it links to has to be there as well, and so has the link.
  const visible = runnable.find(
    ({ real, named }) => isVisible(search.mounts, real) && isVisible(search.mounts, named),
  )
  if (visible !== undefined) return visible.named
  const [hidden] = runnable
  const [place] = places
  if (hidden === undefined && command.includes('/') && place !== undefined && isPlainFile(place))
    throw missing(
      command,
      'the file is not executable',
      `Make it so with chmod +x, or run what reads it, such as: sh ${command}`,
    )
  throw hidden === undefined
    ? missing(command, 'there is no such executable file')
    : missing(
        command,
        `"${hidden.real}" cannot be seen inside`,
        'Add the file or its folder to fs.read of the policy',
      )
}

/** The file by its name, in a folder without links: a program may look at the name that it was started by. */
function findExecutable(path: string): { real: string; named: string } | undefined {
  try {
    const real = realpathSync(path)
    accessSync(real, constants.X_OK)
    if (!statSync(real).isFile()) return undefined
    return { real, named: join(realpathSync(dirname(path)), basename(path)) }
  } catch {
    return undefined
  }
}

function isPlainFile(path: string): boolean {
  try {
    return statSync(path).isFile()
  } catch {
    return false
  }
}

function missing(command: string, state: string, hint?: string): SandboxError {
  return new SandboxError(
    'MB_SANDBOX_COMMAND_MISSING',
    `Cannot run ${JSON.stringify(command)}: ${state}`,
    { hint },
  )
}
