import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { errorCode, inHome } from '@mb/kernel'
import { CliError } from '../../../cli-error.ts'
import type { Context } from '../../../context.ts'
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
  await checkFolder(path)
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
  if (!added) return output.line(text`Plugins are looked for in ${style.strong(path)} already`)
  output.line(text`${style.good('✓')} Plugins are looked for in ${style.strong(path)}`)
  output.line(text`  ${style.name('mb plugin discover')} shows them`)
}

async function checkFolder(path: string): Promise<void> {
  try {
    if ((await stat(path)).isDirectory()) return
  } catch (cause) {
    const code = errorCode(cause)
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw cause
    throw new CliError(
      'MB_CLI_SOURCE_MISSING',
      `Cannot look for plugins in "${path}": there is no such folder`,
      { hint: 'Name a folder that holds plugins', cause },
    )
  }
  throw new CliError('MB_CLI_VALUE', `Cannot look for plugins in "${path}": it is no folder`, {
    hint: 'Name a folder that holds plugins, or install the archive itself',
  })
}
