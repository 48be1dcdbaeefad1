import { isMbError } from '@mb/kernel'
import { findManifest, neutralText, readManifest, type Manifest } from '@mb/manifest'
import { claimsOf, type Claims } from './claims.ts'
import { failedReport, type ScanReport } from './finding.ts'
import { scanFolder } from './scan-folder.ts'
import { scanLimits, type ScanLimits } from './scan-limits.ts'

/** How a folder is scanned. */
export interface ScanOptions {
  /** What the plugin asks for. @default the manifest in the folder; where there is none, undeclared use is no finding */
  readonly manifest?: Manifest | undefined
  readonly limits?: Partial<ScanLimits> | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Judges the code in a folder without running any of it, in this process; {@link scanInJail} is for code that may have
 * been made to break its reader.
 *
 * What cannot be looked at makes the verdict `error`. It throws only when the signal aborts.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { mkdtemp, rm, writeFile } from 'node:fs/promises'
 * import { join } from 'node:path'
 * import { tmpdir } from 'node:os'
 * import { scan } from '@mb/scanner'
 *
 * const folder = await mkdtemp(join(tmpdir(), 'scan-'))
 * await writeFile(join(folder, 'index.mjs'), 'eval(atob("MSsx"))')
 * const { verdict, findings } = await scan(folder)
 * assert.equal(verdict, 'block')
 * assert.equal(findings[0]?.rule, 'decode-and-run')
 * await rm(folder, { recursive: true })
 * ```
 */
export async function scan(directory: string, options: ScanOptions = {}): Promise<ScanReport> {
  const { manifest, signal } = options
  const started = performance.now()
  const limits = { ...scanLimits, ...options.limits }
  let claims: Claims | undefined
  try {
    claims = manifest === undefined ? await readClaims(directory, signal) : claimsOf(manifest)
  } catch (error) {
    signal?.throwIfAborted()
    return failedReport(manifestFailure(error), started)
  }
  return scanFolder(directory, { claims, limits, signal })
}

/** What the manifest of a folder claims; undefined when it has none. */
export async function readClaims(
  directory: string,
  signal: AbortSignal | undefined,
): Promise<Claims | undefined> {
  if ((await findManifest(directory)) === undefined) return undefined
  return claimsOf((await readManifest(directory, { signal })).manifest)
}

/** Why a folder's manifest could not be read, as a report tells it. */
export function manifestFailure(error: unknown): string {
  if (isMbError(error)) return neutralText(error.message, 400)
  return `Cannot read the manifest: ${neutralText(error instanceof Error ? error.message : String(error), 300)}`
}
