import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { FetchProgress } from '../install/package-repository.ts'
import type { FullNetworkWay } from './network-way.ts'
import { formatSource, type FetchedKind, type PathSource } from './plugin-source.ts'
import { sourceError } from './source-error.ts'
import { requireTrust, type TrustRules } from './trusted-sources.ts'

/** How a source is brought here. */
export interface FetchSourceOptions {
  readonly trust: TrustRules
  /** The folder that paths are seen from. */
  readonly workspace: string
  readonly maxBytes: number
  /** What the bytes of the archive have to be, in hex. */
  readonly sha256?: string | undefined
  readonly way: FullNetworkWay
  readonly signal: AbortSignal
  readonly onProgress?: ((progress: FetchProgress) => void) | undefined
}

/** A source that is on this machine now. */
export interface FetchedSource {
  /** The folder or archive. */
  readonly path: string
  /** Where it came from, for people, with the digest of what came. */
  readonly source: string
  /** Whether it is a package of somebody else's making, which holds the plugin's files and may hold nothing about them. */
  readonly isForeign?: boolean
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
    return { path, source: path }
  }
  // Before anything is asked of anybody.
  requireTrust(source, options.trust)
  await mkdir(folder, { mode: 0o700 })
  return await inTime(source, options, async (timed) => {
    switch (source.kind) {
      case 'https': {
        const { fetchHttps } = await import('./fetch-https.ts')
        return await fetchHttps(source, folder, timed)
      }
      case 'github': {
        const { fetchGithub } = await import('./fetch-github.ts')
        return await fetchGithub(source, folder, timed)
      }
      case 'npm': {
        const { fetchNpm } = await import('./fetch-npm.ts')
        return await fetchNpm(source, folder, timed)
      }
    }
  })
}

async function inTime(
  source: FetchedKind,
  options: FetchSourceOptions,
  fetch: (options: FetchSourceOptions) => Promise<FetchedSource>,
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
