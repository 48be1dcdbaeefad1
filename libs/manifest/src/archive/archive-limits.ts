/** Bounds of an archive. */
export interface ArchiveLimits {
  /** The archive itself. @default 100 MB */
  readonly maxArchiveBytes: number
  /** @default 10_000 */
  readonly maxFiles: number
  /** What it unpacks to. @default 200 MB */
  readonly maxUnpackedBytes: number
  /** How many times larger it may get, once over 1 MB. @default 100 */
  readonly maxRatio: number
}

/** The bounds that hold when none are given. */
export const archiveLimits: ArchiveLimits = {
  maxArchiveBytes: 100 * 1024 * 1024,
  maxFiles: 10_000,
  maxUnpackedBytes: 200 * 1024 * 1024,
  maxRatio: 100,
}

/** Below this, no ratio is a bomb: a few kilobytes of blanks compress a thousandfold. */
const ratioFloorBytes = 1024 * 1024

/** The most that an archive of a size may unpack to. */
export function maxUnpacked(archiveBytes: number, limits: ArchiveLimits): number {
  return Math.min(
    limits.maxUnpackedBytes,
    Math.max(ratioFloorBytes, archiveBytes * limits.maxRatio),
  )
}
