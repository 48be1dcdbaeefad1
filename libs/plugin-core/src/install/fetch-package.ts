import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { realpathInside } from '@mb/kernel'
import { neutralText } from '@mb/manifest'
import { checkOffer, checkPromise } from './check-promise.ts'
import type { InstallContext, InstallFromOptions } from './install-options.ts'
import type { PackageRepository, RemotePackage } from './package-repository.ts'
import { stageArchive } from './stage-source.ts'
import type { StagedPackage } from './staged-package.ts'

/** A package that a repository promised, and that came as promised. */
export interface FetchedPackage extends StagedPackage {
  readonly promised: RemotePackage
}

/**
 * Finds a package in a repository and brings it into a folder.
 *
 * @throws PluginError `MB_PLUGIN_NOT_AS_PROMISED`; ManifestError for what is wrong with it; what the repository throws
 */
export async function bringPackage(
  repository: PackageRepository,
  spec: string,
  { folder, options }: { readonly folder: string; readonly options: InstallFromOptions },
): Promise<FetchedPackage> {
  options.signal?.throwIfAborted()
  const promised = await repository.find(spec, { signal: options.signal })
  const id = checkOffer(promised, spec)
  const came = await fetchPackage(promised, folder, options)
  const source = `marketplace:${neutralText(promised.repository, 64)}/${id}`
  return { ...came, id, source, options: withAcceptedKey(options, promised), promised }
}

/** Brings what was promised into a folder, and finds it to be just that. */
async function fetchPackage(
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

/** Remembers whose package came, once it is installed. */
export async function confirmSigner(
  promised: Pick<RemotePackage, 'id' | 'confirm'>,
  { logger }: Pick<InstallContext, 'logger'>,
): Promise<void> {
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

async function fetchArchive(
  promised: RemotePackage,
  folder: string,
  { signal, onProgress }: InstallFromOptions,
): Promise<string> {
  await mkdir(folder, { mode: 0o700, recursive: true })
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
