import type { LoadedConfiguration } from '@mb/plugin-core'
import { secretSettings } from '@mb/plugin-core/configuration'
import { readConfiguration } from '../../configuration.ts'
import type { Context } from '../../context.ts'
import type { Output } from '../../output/output.ts'
import type { Invocation } from '../../parse/invocation.ts'
import { text } from '../../output/style.ts'

/** The settings, in words of JSON, with what nobody may see left out. */
interface ShownConfiguration extends Pick<LoadedConfiguration, 'sources' | 'files'> {
  readonly values: unknown
}

/** Reads the settings. */
export async function run(_invocation: Invocation, context: Context): Promise<ShownConfiguration> {
  const { values, sources, files } = await readConfiguration(context)
  return { values: withoutSecrets(values, ''), sources, files }
}

function withoutSecrets(value: unknown, path: string): unknown {
  const isSecret = secretSettings.some((each) => path === each || path.startsWith(`${each}.`))
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [
        key,
        withoutSecrets(member, path === '' ? key : `${path}.${key}`),
      ]),
    )
  }
  return isSecret ? '***' : value
}

/** Shows each setting, its value, and where it comes from. */
export function render({ values, sources, files }: ShownConfiguration, output: Output): void {
  const { style } = output
  output.table(
    ['setting', 'value', 'from'],
    leaves(values).map(([path, value]) => [
      style.name(path),
      shown(value),
      style.faint(sources[path] ?? sourceAbove(path, sources)),
    ]),
  )
  output.gap()
  if (files.length === 0) output.line(text`${style.faint('No settings file was found.')}`)
  for (const file of files) output.line(text`${style.faint('read')} ${file}`)
}

/** Where a value comes from that is set together with others. */
function sourceAbove(path: string, sources: ShownConfiguration['sources']): string {
  const above = path.slice(0, Math.max(path.lastIndexOf('.'), 0))
  if (above === '') return 'default'
  return sources[above] ?? sourceAbove(above, sources)
}

function shown(value: unknown): string {
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(shown).join(', ')
  return typeof value === 'object' && value !== null
    ? Object.values(value).map(shown).join(' ')
    : JSON.stringify(value)
}

function leaves(value: unknown, path = ''): readonly (readonly [string, unknown])[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[path, value]]
  return Object.entries(value).flatMap(([key, member]) =>
    leaves(member, path === '' ? key : `${path}.${key}`),
  )
}
