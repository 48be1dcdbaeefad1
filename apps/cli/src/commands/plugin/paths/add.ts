import { resolve } from 'node:path'
import { inHome } from '@mb/kernel'
import { CliError } from '../../../cli-error.ts'
import type { Context } from '../../../context.ts'
import { isFolder } from '../../../is-folder.ts'
import type { Output } from '../../../output/output.ts'
import { text } from '../../../output/style.ts'
import type { Invocation } from '../../../parse/invocation.ts'
import { editList } from '../edit-list.ts'

/** A folder, and whether it is new. */
interface AddedPath {
  readonly path: string
  readonly added: boolean
}

/** Looks for plugins in a folder, by the person's own settings. */
export async function run(invocation: Invocation, context: Context): Promise<AddedPath> {
  const path = resolve(context.workspace, inHome(invocation.argument('folder')))
  if (!(await isFolder(path)))
    throw new CliError('MB_CLI_VALUE', `Cannot look for plugins in "${path}": it is no folder`, {
      hint: 'Name a folder that holds plugins, or install the archive itself',
    })
  let added = false
  await editList(context, 'plugins.searchPaths', (present) => {
    added = present.every((each) => resolve(context.workspace, inHome(each)) !== path)
    return added ? [...present, path] : present
  })
  return { path, added }
}

/** Says so. */
export function render({ path, added }: AddedPath, output: Output): void {
  const { style } = output
  output.line(
    added
      ? text`${style.good('✓')} Plugins are looked for in ${style.strong(path)} ${style.faint('`mb plugin discover` shows them')}`
      : text`Plugins are looked for in ${style.strong(path)} already`,
  )
}
