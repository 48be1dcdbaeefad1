import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { realpathInside } from '@mb/kernel'
import { neutralText } from '@mb/manifest'
import type { InstalledPlugin } from '../store/installed-plugin.ts'
import { checkOffer, checkPromise } from './check-promise.ts'
import type { InstallContext, InstallFromOptions } from './install-options.ts'
import { installPackage } from './install-package.ts'
import type { PackageRepository, RemotePackage } from './package-repository.ts'
import { stageArchive } from './stage-source.ts'
import type { StagedPackage } from './staged-package.ts'
import { inStaging } from './staging.ts'

/**
 * Installs what a repository has: find → fetch → verify, also against what was promised → scan → consent → commit.
 * Whatever is refused on the way leaves the home as it was.
 *
 * @throws PluginError; ManifestError for what is wrong with the package; what the repository throws
 */
export async function installFrom(
  repository: PackageRepository,
  spec: string,
  options: InstallFromOptions,
  context: InstallContext,
): Promise<InstalledPlugin> {
  const { signal, onStep } = options
  onStep?.('find')
  signal?.throwIfAborted()
  const promised = await repository.find(spec, { signal })
  const id = checkOffer(promised, spec)
  const installed = await inStaging(context.layout, async (folder) => {
    const staged = await fetchPackage(promised, folder, options)
    return await installPackage(
      {
        ...staged,
        id,
        source: `marketplace:${neutralText(promised.repository, 64)}/${id}`,
        options: withAcceptedKey(options, promised),
        promised,
      },
      context,
    )
  })
  await confirmSigner(promised, context)
  return installed
}

/** Brings what was promised into a folder, and finds it to be just that. */
export async function fetchPackage(
  promised: RemotePackage,
  folder: string,
  options: InstallFromOptions,
): Promise<Pick<StagedPackage, 'facts' | 'directory'>> {
  const { signal, onStep } = options
  onStep?.('fetch')
  const archive = await fetchArchive(promised, join(folder, 'download'), options)
  onStep?.('verify')
  const directory = join(folder, 'package')
  const facts = await stageArchive(archive, directory, { signal })
  checkPromise(facts, promised)
  return { facts, directory }
}

async function fetchArchive(
  promised: RemotePackage,
  folder: string,
  { signal, onProgress }: InstallFromOptions,
): Promise<string> {
  await mkdir(folder, { mode: 0o700 })
  signal?.throwIfAborted()
  const archive = await promised.fetch(folder, { signal, onProgress })
  signal?.throwIfAborted()
  return await realpathInside(folder, archive)
}

/** Whoever accepts this very key names it. */
function withAcceptedKey(
  options: InstallFromOptions,
  { keyId, publicKey }: RemotePackage,
): InstallFromOptions {
  return options.acceptKey === keyId ? { ...options, publicKey } : options
}

/** Remembers whom was trusted, for the next package of the same namespace. */
export async function confirmSigner(promised: RemotePackage, { logger }: InstallContext): Promise<void> {
  try {
    await promised.confirm()
  } catch (error) {
    // It is installed, and its signer is pinned for this plugin: only the namespace's pin is missing.
    const { id } = promised
    logger.warn('The signer could not be remembered for its namespace', {
      id,
      error: String(error),
    })
  }
}
