import { packageRepository } from '@mb/marketplace-client'
import type { ImportedPlugin, ImportedPlugins, PackageRepository } from '@mb/plugin-core'
import { consentWays } from '../../consent/consent-ways.ts'
import type { Context } from '../../context.ts'
import type { Output } from '../../output/output.ts'
import { text } from '../../output/style.ts'
import type { Invocation } from '../../parse/invocation.ts'
import { openMarketplaces } from '../marketplace/open-marketplace.ts'
import { installing } from './installing.ts'

/** What was installed, or would be. */
type Import = ImportedPlugins & { readonly isDryRun: boolean }

/** Installs what was exported. */
export async function run(invocation: Invocation, context: Context): Promise<Import> {
  const isDryRun = invocation.has('dry-run')
  const done = await installing(context, consentWays(invocation, context), (host, { onStep }) =>
    host.import(invocation.argument('file'), {
      repository: lateRepository(context),
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
    output.line(text`${mark} ${style.strong(id)} ${version} ${words[state]} ${style.faint(from)}`)
  }
}

/** The marketplaces, opened when a plugin without an archive is wanted from one. */
function lateRepository(context: Context): PackageRepository {
  let opened: Promise<PackageRepository> | undefined
  const open = (): Promise<PackageRepository> => {
    opened ??= openMarketplaces(context).then(({ marketplace }) => packageRepository(marketplace))
    return opened
  }
  return {
    find: async (spec, options) => (await open()).find(spec, options),
    offers: async (id, options) => (await open()).offers(id, options),
  }
}
