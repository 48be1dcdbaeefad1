import type { ArchiveEntry } from '../archive/archive-entry.ts'
import { asArchiveError } from '../archive/archive-error.ts'
import { archiveLimits } from '../archive/archive-limits.ts'
import { openArchive } from '../archive/open-archive.ts'
import { ManifestError } from '../manifest-error.ts'
import { maxManifestBytes } from '../reading/bounds.ts'
import { manifestFiles } from '../reading/find-manifest.ts'

/** How an archive is looked into. */
export interface PeekOptions {
  /** How much of a tar is unpacked to find the manifest in it. @default 64 MB */
  readonly maxUnpackedBytes?: number | undefined
  /** Told how many bytes were unpacked, also of what is then refused. */
  readonly onUnpacked?: ((bytes: number) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/** The manifest of an archive. */
export interface ArchivedManifest {
  /** Its name: one of `manifestFiles`. */
  readonly file: string
  readonly bytes: Buffer
}

// What npm packs lies in a folder of that name. With anything beside it, it is a folder as any other, and the manifest that
// counts may come last.
const packageFolder = 'package/'

/**
 * Reads the manifest out of an archive, and nothing else of it; nothing is written. An archive that is none of ours may
 * still have one: whether it is in order is found when it is extracted.
 *
 * @returns undefined when it holds none at its top
 * @throws ManifestError `MB_ARCHIVE_…`, `MB_MANIFEST_TOO_LARGE`
 */
export async function peekArchive(
  file: string,
  { maxUnpackedBytes = 64 * 1024 * 1024, onUnpacked, signal }: PeekOptions = {},
): Promise<ArchivedManifest | undefined> {
  const limits = { ...archiveLimits, maxUnpackedBytes }
  await using archive = await openArchive(file, { limits, signal, onUnpacked })
  try {
    let packed: ArchivedManifest | undefined
    let isPackage = true
    for await (const entry of archive.entries) {
      signal?.throwIfAborted()
      const isInside = `${entry.path}/`.startsWith(packageFolder)
      isPackage &&= isInside
      const name = isInside ? entry.path.slice(packageFolder.length) : entry.path
      const isManifest = entry.kind === 'file' && manifestFiles.includes(name)
      if (isManifest && !isInside) return { file: name, bytes: await read(entry) }
      if (isManifest && packed === undefined) packed = { file: name, bytes: await read(entry) }
      else for await (const _ of passed(entry, archive.form));
    }
    return isPackage ? packed : undefined
  } catch (error) {
    throw asArchiveError(error, signal)
  }
}

/** What a tar has before the next entry has to be read; in a zip it is passed over. */
function passed(
  { content }: ArchiveEntry,
  form: 'zip' | 'tar.gz',
): AsyncIterable<Uint8Array> | readonly [] {
  return form === 'zip' ? [] : content
}

async function read({ content, path }: ArchiveEntry): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of content) {
    bytes += chunk.length
    if (bytes > maxManifestBytes)
      throw new ManifestError(
        'MB_MANIFEST_TOO_LARGE',
        `Cannot read ${JSON.stringify(path)}: it is larger than ${maxManifestBytes} bytes`,
      )
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
