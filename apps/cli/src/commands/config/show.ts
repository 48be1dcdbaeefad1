import type { LoadedConfiguration } from '@mb/plugin-core'
import { readConfiguration } from '../../configuration.ts'
import type { Context } from '../../context.ts'
import type { Output } from '../../output/output.ts'
import type { Invocation } from '../../parse/invocation.ts'
import { text } from '../../output/style.ts'

/** Reads the settings. */
export async function run(_invocation: Invocation, context: Context): Promise<LoadedConfiguration> {
  return readConfiguration(context)
}

/** Shows each setting, its value, and where it comes from. */
export function render({ values, sources, files }: LoadedConfiguration, output: Output): void {
  const { style } = output
  output.table(
    ['setting', 'value', 'from'],
    leaves(values).map(([path, value]) => [
      style.name(path),
      shown(value),
      style.faint(sources[path] ?? 'default'),
    ]),
  )
  output.gap()
  if (files.length === 0) output.line(text`${style.faint('No settings file was found.')}`)
  for (const file of files) output.line(text`${style.faint('read')} ${file}`)
}

function shown(value: unknown): string {
  if (typeof value === 'string') return value
  return Array.isArray(value) ? value.map(shown).join(', ') : JSON.stringify(value)
}

function leaves(value: unknown, path = ''): readonly (readonly [string, unknown])[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[path, value]]
  return Object.entries(value).flatMap(([key, member]) =>
    leaves(member, path === '' ? key : `${path}.${key}`),
  )
}
