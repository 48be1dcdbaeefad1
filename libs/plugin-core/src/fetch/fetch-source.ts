import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { FetchProgress } from '../install/package-repository.ts'
import { copyPinned } from './copy-pinned.ts'
import type { FetchRules } from './fetch-rules.ts'
import type { FullNetworkWay } from './network-way.ts'
import { formatSource, type FetchedKind, type PathSource } from './plugin-source.ts'
import { sourceError } from './source-error.ts'
import { requireTrust } from './trusted-sources.ts'

/** How a source is brought here. */
export interface FetchSourceOptions extends FetchRules {
  /** The folder that paths are seen from. */
  readonly workspace: string
  /** What the bytes of the archive have to be, in hex. */
  readonly sha256?: string | undefined
  readonly signal: AbortSignal
  readonly onProgress?: ((progress: FetchProgress) => void) | undefined
}

/** The same, with nothing left out of how others are reached. */
export interface FetchKindOptions extends FetchSourceOptions {
  readonly way: FullNetworkWay
}

/** A source that is on this machine now. */
export interface FetchedSource {
  /** The folder or archive. */
  readonly path: string
  /** Where it came from, for people, with the digest of what came. */
  readonly source: string
}

/**
 * Brings what a source stands for into a new folder; nothing of it is believed yet.
 *
 * @throws PluginError `MB_SOURCE_…`
 */
export async function fetchSource(
  source: PathSource | FetchedKind,
  folder: string,
  options: FetchSourceOptions,
): Promise<FetchedSource> {
  options.signal.throwIfAborted()
  if (source.kind === 'path') {
    const path = resolve(options.workspace, source.path)
    const { sha256, maxBytes, signal } = options
    if (sha256 === undefined) return { path, source: path }
    return { path: await copyPinned(path, folder, { sha256, maxBytes, signal }), source: path }
  }
  // Before anything is asked of anybody.
  requireTrust(source, options.trust)
  await mkdir(folder, { mode: 0o700 })
  // What reaches others is loaded by whoever fetches something.
  const { fillNetworkWay } = await import('./network-way.ts')
  const filled = { ...options, way: fillNetworkWay(options.way) }
  return await inTime(source, filled, (timed) => fetchKind(source, folder, timed))
}

/** Loads what fetches of one kind when something of it is wanted. */
async function fetchKind(
  source: FetchedKind,
  folder: string,
  options: FetchKindOptions,
): Promise<FetchedSource> {
  if (source.kind === 'https') {
    const { fetchHttps } = await import('./fetch-https.ts')
    return await fetchHttps(source, folder, options)
  }
  if (source.kind === 'github') {
    const { fetchGithub } = await import('./fetch-github.ts')
    return await fetchGithub(source, folder, options)
  }
  const { fetchNpm } = await import('./fetch-npm.ts')
  return await fetchNpm(source, folder, options)
}

async function inTime(
  source: FetchedKind,
  options: FetchKindOptions,
  fetch: (options: FetchKindOptions) => Promise<FetchedSource>,
): Promise<FetchedSource> {
  const { wholeMs } = options.way
  const timeout = AbortSignal.timeout(wholeMs)
  try {
    return await fetch({ ...options, signal: AbortSignal.any([options.signal, timeout]) })
  } catch (error) {
    options.signal.throwIfAborted()
    if (!timeout.aborted) throw error
    throw sourceError(
      'MB_SOURCE_FETCH',
      formatSource(source),
      `it took longer than ${wholeMs / 1000} s`,
    )
  }
}
