import type { Manifest } from '../manifest.ts'
import { ManifestError } from '../manifest-error.ts'
import { checkManifest, type CheckOptions } from './check-manifest.ts'
import type { ManifestFinding } from './finding.ts'

/** How {@link parseManifest} reads. */
export interface ParseOptions extends CheckOptions {
  /** The name of the file, for messages. @default 'manifest' */
  readonly file?: string
}

/**
 * The manifest of a text.
 *
 * @throws ManifestError `MB_MANIFEST_INVALID` with all findings in `details.findings`; `MB_MANIFEST_TOO_LARGE`
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { parseManifest } from '@mb/manifest'
 *
 * const manifest = parseManifest(`
 * name: notes
 * version: 1.0.0
 * description: Takes notes
 * author: Acme
 * license: MIT
 * entry: dist/index.mjs
 * `)
 * assert.equal(manifest.runtime, 'node')
 * ```
 */
export function parseManifest(text: string, options: ParseOptions = {}): Manifest {
  const checked = checkManifest(text, options)
  if (checked.ok) return checked.manifest
  throw manifestError(checked.findings, options.file ?? 'manifest')
}

/** The error of a manifest with such findings: it says the first, and carries all. */
export function manifestError(findings: readonly ManifestFinding[], file: string): ManifestError {
  const errors = findings.filter(({ severity }) => severity === 'error')
  const [first] = errors
  const place =
    first?.line === undefined ? '' : ` (line ${first.line}, column ${first.column ?? 1})`
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : ''
  return new ManifestError(
    first?.code === 'too-large' ? 'MB_MANIFEST_TOO_LARGE' : 'MB_MANIFEST_INVALID',
    `Cannot read "${file}"${place}: ${lowerFirst(first?.message ?? 'it is invalid')}${more}`,
    { hint: first?.hint ?? 'Run `mb sdk validate` for the whole list', details: { findings } },
  )
}

function lowerFirst(text: string): string {
  // "The key …" continues a sentence; a quoted name or an abbreviation stays as it is.
  return /^[A-Z][a-z ]/.test(text) ? `${text.slice(0, 1).toLowerCase()}${text.slice(1)}` : text
}
