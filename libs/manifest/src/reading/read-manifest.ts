import { basename } from 'node:path'
import { errorCode, readFileBounded } from '@mb/kernel'
import type { Manifest } from '../manifest.ts'
import { ManifestError } from '../manifest-error.ts'
import { maxManifestBytes } from './bounds.ts'
import { checkManifest } from './check-manifest.ts'
import { requireManifest } from './find-manifest.ts'
import type { ManifestFinding } from './finding.ts'
import { manifestError } from './parse-manifest.ts'

/** How a manifest is read from a folder. */
export interface ReadManifestOptions {
  /** Holds it to what a marketplace asks. @default false */
  readonly publishing?: boolean | undefined
  readonly signal?: AbortSignal | undefined
}

/** A manifest, and what it was read from. */
export interface ReadManifest {
  readonly manifest: Manifest
  /** The path of its file. */
  readonly file: string
  /** The very bytes that were read. */
  readonly bytes: Buffer
  /** Warnings. */
  readonly findings: readonly ManifestFinding[]
}

/**
 * Reads the manifest of a folder.
 *
 * @throws ManifestError `MB_MANIFEST_MISSING`, `MB_MANIFEST_AMBIGUOUS`, `MB_MANIFEST_INVALID` with
 * `details.findings`, `MB_MANIFEST_TOO_LARGE`
 */
export async function readManifest(
  directory: string,
  options: ReadManifestOptions = {},
): Promise<ReadManifest> {
  const file = await requireManifest(directory)
  const bytes = await readBytes(file, options.signal)
  const text = decode(bytes, basename(file))
  const checked = checkManifest(text, {
    format: file.endsWith('.json') ? 'json' : 'yaml',
    publishing: options.publishing ?? false,
  })
  if (!checked.ok) throw manifestError(checked.findings, basename(file))
  return { manifest: checked.manifest, file, bytes, findings: checked.findings }
}

async function readBytes(file: string, signal: AbortSignal | undefined): Promise<Buffer> {
  try {
    return await readFileBounded(file, { maxBytes: maxManifestBytes, signal })
  } catch (error) {
    if (errorCode(error) === 'MB_FILE_TOO_LARGE')
      throw new ManifestError(
        'MB_MANIFEST_TOO_LARGE',
        `Cannot read "${file}": it is larger than ${maxManifestBytes} bytes`,
        {
          hint: 'Keep data in files of its own, and the manifest to what the plugin is',
          cause: error,
        },
      )
    if (['EISDIR', 'EINVAL', 'ENOENT', 'ELOOP'].includes(errorCode(error) ?? ''))
      throw new ManifestError('MB_MANIFEST_MISSING', `Cannot read "${file}": it is no file`, {
        cause: error,
      })
    throw error
  }
}

function decode(bytes: Buffer, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw manifestError(
      [{ severity: 'error', code: 'not-text', message: 'It is not UTF-8 text', path: '' }],
      file,
    )
  }
}
