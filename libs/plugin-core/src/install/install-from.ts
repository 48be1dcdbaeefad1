import { parsePluginId, parsePluginName } from '@mb/manifest'
import semver from 'semver'
import { findPlugin } from '../store/find-plugin.ts'
import type { InstalledPlugin } from '../store/installed-plugin.ts'
import { installedPlugin } from '../store/plugin-record.ts'
import { readState } from '../store/state.ts'
import { checkOffer } from './check-promise.ts'
import { bringPackage, confirmSigner } from './fetch-package.ts'
import type { InstallContext, InstallFromOptions } from './install-options.ts'
import { installPackage } from './install-package.ts'
import { installSet } from './install-set.ts'
import type { Offer, PackageRepository } from './package-repository.ts'
import { inStaging } from './staging.ts'

/**
 * Installs what a repository has, with all that it needs: resolve → fetch → verify, also against what was promised →
 * scan → consent → commit. Whatever is refused on the way leaves the home as it was.
 *
 * @throws PluginError; ManifestError for what is wrong with a package; what the repository throws
 */
export async function installFrom(
  repository: PackageRepository,
  spec: string,
  options: InstallFromOptions,
  context: InstallContext,
): Promise<InstalledPlugin> {
  const { layout } = context
  const { signal, onStep } = options
  onStep?.('find')
  signal?.throwIfAborted()
  const { plugin, range } = partsOf(spec)
  const offers = await offersOf(repository, { plugin, range }, options)
  return await inStaging(layout, async (folder) => {
    const [first] = offers
    if (first === undefined)
      return await installAlone(repository, spec, { options, context, folder })
    const id = checkOffer({ id: first.id, repository: first.repository ?? '' }, spec)
    const wanted = [range === undefined ? { id } : { id, range }]
    await installSet({ wanted, repository, options, folder }, context)
    return installedPlugin(findPlugin(readState(layout).plugins, id), layout)
  })
}

/** Nothing, where the repository is to find the version itself, and to say what is wrong with what was asked for. */
async function offersOf(
  repository: PackageRepository,
  { plugin, range }: { readonly plugin: string; readonly range: string | undefined },
  { dependencies = true, signal }: InstallFromOptions,
): Promise<readonly Offer[]> {
  if (!dependencies || (range !== undefined && semver.validRange(range) === null)) return []
  return await repository.offers(plugin, { signal })
}

async function installAlone(
  repository: PackageRepository,
  spec: string,
  {
    options,
    context,
    folder,
  }: {
    readonly options: InstallFromOptions
    readonly context: InstallContext
    readonly folder: string
  },
): Promise<InstalledPlugin> {
  const fetched = await bringPackage(repository, spec, { folder, options })
  const installed = await installPackage(fetched, context)
  await confirmSigner(fetched.promised, context)
  return installed
}

function partsOf(spec: string): { readonly plugin: string; readonly range: string | undefined } {
  const at = spec.indexOf('@')
  const written = at === -1 ? spec : spec.slice(0, at)
  const plugin = written.includes('/') ? parsePluginId(written).id : parsePluginName(written)
  return { plugin, range: at === -1 ? undefined : spec.slice(at + 1).trim() }
}
