/** How much is looked at. What goes beyond is an error, never left out in silence. */
export interface ScanLimits {
  /** @default 10_000 */
  readonly maxFiles: number
  /** Of all files together. @default 200 MiB */
  readonly maxBytes: number
  /** Of one file of code: the tree of a denser one would not fit into the memory of the jail. @default 8 MiB */
  readonly maxFileBytes: number
  /** Folders within folders. @default 32 */
  readonly maxDepth: number
  /** Findings that are told, and errors; more than these are an error. @default 1000 */
  readonly maxFindings: number
  /** Looked at between two files. @default 60_000 */
  readonly maxMs: number
}

/** The limits where nobody sets others. */
export const scanLimits: ScanLimits = {
  maxFiles: 10_000,
  maxBytes: 200 * 1024 * 1024,
  maxFileBytes: 8 * 1024 * 1024,
  maxDepth: 32,
  maxFindings: 1000,
  maxMs: 60_000,
}
