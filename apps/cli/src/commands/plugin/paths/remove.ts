import { resolve } from 'node:path'
import { inHome, nearestName } from '@mb/kernel'
import { CliError } from '../../../cli-error.ts'
import type { Context } from '../../../context.ts'
import type { Output } from '../../../output/output.ts'
import { text } from '../../../output/style.ts'
import type { Invocation } from '../../../parse/invocation.ts'
import { editList } from '../edit-list.ts'

/** A folder that was looked through. */
interface RemovedPath {
  readonly path: string
}

/** Looks for plugins in a folder no more, by the person's own settings. */
export async function run(invocation: Invocation, context: Context): Promise<RemovedPath> {
  const given = invocation.argument('folder')
  const path = wholePath(given)
  await editList(context, 'plugins.searchPaths', (present) => {
    const kept = present.filter((each) => each !== given && wholePath(each) !== path)
    if (kept.length < present.length) return kept
    throw unknownPath(given, present)
  })
  return { path }

  function wholePath(each: string): string {
    return resolve(context.workspace, inHome(each))
  }
}

/** Says so. */
export function render({ path }: RemovedPath, output: Output): void {
  const { style } = output
  output.line(text`${style.good('✓')} Plugins are looked for in ${style.strong(path)} no more`)
}

function unknownPath(path: string, present: readonly string[]): CliError {
  const nearest = nearestName(path, present)
  return new CliError(
    'MB_CLI_SOURCE_MISSING',
    `Cannot remove ${JSON.stringify(path)}: it is none of your search paths`,
    {
      hint:
        nearest === undefined
          ? 'See them with `mb plugin paths list`'
          : `Did you mean "${nearest}"?`,
    },
  )
}
