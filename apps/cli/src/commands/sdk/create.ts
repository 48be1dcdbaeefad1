import { resolve } from 'node:path'
import { createPlugin } from '@mb/sdk'
import type { Context } from '../../context.ts'
import type { Output } from '../../output/output.ts'
import type { Invocation } from '../../parse/invocation.ts'
import { text } from '../../output/style.ts'

type Created = Awaited<ReturnType<typeof createPlugin>>

/** Creates a plugin project. */
export async function run(invocation: Invocation, context: Context): Promise<Created> {
  const name = invocation.argument('name')
  const given = (option: string, as = option): Record<string, string> => {
    const value = invocation.option(option)
    return value === undefined ? {} : { [as]: value }
  }
  return context.progress.during(
    'Creating the project',
    createPlugin({
      directory: resolve(context.workspace, invocation.option('directory') ?? name),
      name,
      ...given('template'),
      ...given('language'),
      ...given('description'),
      ...given('author'),
      ...given('license'),
      ...given('plugin-version', 'version'),
      git: invocation.has('git'),
      install: invocation.has('install'),
      signal: context.signal,
    }),
  )
}

/** Says what is there, and what to type next. */
export function render({ directory, files }: Created, output: Output, context: Context): void {
  const { style } = output
  output.line(
    text`${style.good('✓')} Created ${style.strong(directory)} with ${files.length} files`,
  )
  output.gap()
  output.line('Next:')
  if (directory !== context.workspace) output.line(text`  cd ${directory}`)
  output.line('  npm install')
  output.line('  npm test')
  output.line('  mb sdk package')
}
