import type { ImportedPlugin, ImportedPlugins } from '@mb/plugin-core'
import { consentWays } from '../../consent/consent-ways.ts'
import type { Context } from '../../context.ts'
import type { Output } from '../../output/output.ts'
import { text } from '../../output/style.ts'
import type { Invocation } from '../../parse/invocation.ts'
import { installing } from './installing.ts'
import { marketplaceRepository } from './marketplace-repository.ts'

/** What was installed, or would be. */
type Import = ImportedPlugins & { readonly isDryRun: boolean }

/** Installs what was exported. */
export async function run(invocation: Invocation, context: Context): Promise<Import> {
  const isDryRun = invocation.has('dry-run')
  const done = await installing(
    context,
    consentWays(invocation, context),
    (host, { line, onStep }) =>
      host.import(invocation.argument('file'), {
        repository: marketplaceRepository(context, { line }),
        dryRun: isDryRun,
        signal: context.signal,
        onStep,
      }),
  )
  return { ...done, isDryRun }
}

/** Says what became of each. */
export function render({ plugins, isDryRun }: Import, output: Output): void {
  const { style } = output
  const words: Readonly<Record<ImportedPlugin['state'], string>> = {
    installed: isDryRun ? 'would be installed' : 'is installed',
    same: 'was there already',
    newer: 'stays: what is here is newer',
  }
  if (plugins.length === 0) output.line('There is no plugin in it.')
  for (const { id, version, state, from } of plugins) {
    const mark = state === 'installed' ? style.good('✓') : style.faint('-')
    const place = state === 'installed' ? text` ${style.faint(`from ${from}`)}` : ''
    output.line(text`${mark} ${style.strong(id)} ${version} ${words[state]}${place}`)
  }
}
