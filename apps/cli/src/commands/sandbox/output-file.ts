import { accessSync, constants, lstatSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { errorCode } from '@mb/kernel'
import { CliError } from '../../cli-error.ts'
import type { Invocation } from '../../parse/invocation.ts'

/**
 * The file that a policy is to be written to. Told before anything is run: nobody waits for what cannot be kept.
 *
 * @throws CliError `MB_CLI_POLICY`, `MB_CLI_USAGE`
 */
export function outputFile(invocation: Invocation, workspace: string): string | undefined {
  const name = invocation.option('write')
  // As of most programs: standard output.
  if (name === undefined || name === '-') {
    if (!invocation.has('force')) return undefined
    throw new CliError(
      'MB_CLI_USAGE',
      'Cannot use --force: it says to write over the file of --write',
      { hint: 'Name the file with --write FILE, or leave out --force' },
    )
  }
  const file = resolve(workspace, name)
  const facts = lstatSync(file, { throwIfNoEntry: false })
  if (name === '') throw unwritable(name, 'it is no path', 'Name a new file')
  if (facts?.isFile() === true && !invocation.has('force'))
    throw unwritable(name, 'it is there', 'Name another file, or add --force')
  if (facts !== undefined && !facts.isFile())
    throw unwritable(
      name,
      'it is no file',
      'Name a new file for the policy: what the command may write to, it is not told here',
    )
  const folder = dirname(file)
  const state = folderState(folder)
  if (state !== undefined)
    throw unwritable(name, `its folder ${state}`, 'Name a file in a folder that you can write to')
  return file
}

function folderState(folder: string): string | undefined {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return 'is not there'
  try {
    accessSync(folder, constants.W_OK | constants.X_OK)
    return undefined
  } catch (error) {
    return `cannot be written to (${errorCode(error) ?? String(error)})`
  }
}

function unwritable(name: string, state: string, hint: string): CliError {
  return new CliError(
    'MB_CLI_POLICY',
    `Cannot write the policy to ${JSON.stringify(name)}: ${state}`,
    { hint },
  )
}
