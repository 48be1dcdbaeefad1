import { relative } from 'node:path'
import { packageManagerCommand, type PackageManager } from '../package-manager.ts'

/** What to type after a plugin was made, so that its tests run. */
export async function nextCommands(
  directory: string,
  manager: PackageManager,
  options: { readonly installed: boolean },
): Promise<readonly string[]> {
  const way = relative(process.cwd(), directory)
  const install = await packageManagerCommand(manager, 'install')
  const test = await packageManagerCommand(manager, 'run', ['test'])
  return [
    ...(way === '' ? [] : [`cd ${shellWord(way.startsWith('..') ? directory : way)}`]),
    ...(options.installed ? [] : [install.join(' ')]),
    test.join(' '),
  ]
}

function shellWord(text: string): string {
  return /^[\w@%+=:,./\\-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}
