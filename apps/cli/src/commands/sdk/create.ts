import { resolve } from 'node:path'
import { createPlugin, type CreatedPlugin } from '@mb/sdk'
import { reservedWords } from '../../catalogue.ts'
import type { Context } from '../../context.ts'
import type { Output } from '../../output/output.ts'
import type { Invocation } from '../../parse/invocation.ts'
import { text } from '../../output/style.ts'

/** Creates a plugin project. */
export async function run(invocation: Invocation, context: Context): Promise<CreatedPlugin> {
  const name = invocation.argument('name')
  return context.progress.during(
    'Creating the project',
    createPlugin({
      directory: resolve(context.workspace, invocation.option('directory') ?? name),
      name,
      template: invocation.option('template'),
      language: invocation.option('language'),
      description: invocation.option('description'),
      author: invocation.option('author'),
      license: invocation.option('license'),
      version: invocation.option('plugin-version'),
      reservedNames: reservedWords,
      git: invocation.has('git'),
      install: invocation.has('install'),
      signal: context.signal,
    }),
  )
}

/** Says what is there, and what to type next. */
export function render({ directory, files, nextCommands }: CreatedPlugin, output: Output): void {
  const { style } = output
  output.line(
    text`${style.good('✓')} Created ${style.strong(directory)} with ${files.length} files`,
  )
  output.gap()
  output.line('Next:')
  for (const command of nextCommands) output.line(text`  ${command}`)
}
