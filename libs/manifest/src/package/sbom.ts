import { sha256 } from '@mb/kernel'
import { z } from 'zod'
import { ManifestError } from '../manifest-error.ts'

/** The list of what a package is made of. It is about the files, and not one of them. */
export interface Sbom {
  readonly format: 'CycloneDX' | 'SPDX'
  /** Version of the format, as `1.6`. */
  readonly formatVersion: string
  /** SHA-256 of the very bytes, which a signature binds. */
  readonly digest: string
  readonly text: string
}

/** Largest list that is read, in bytes. */
export const maxSbomBytes: number = 8 * 1024 * 1024

const versionText = z.string().regex(/^\d{1,3}(?:\.\d{1,3}){1,2}$/)

// No more than tells the formats apart: who reads the list judges it by the format's own schema.
const known = z.union([
  z
    .object({ bomFormat: z.literal('CycloneDX'), specVersion: versionText })
    .transform(({ specVersion }) => ({ format: 'CycloneDX' as const, formatVersion: specVersion })),
  z
    .object({
      spdxVersion: z
        .string()
        .startsWith('SPDX-')
        .transform((text) => text.slice('SPDX-'.length))
        .pipe(versionText),
    })
    .transform(({ spdxVersion }) => ({ format: 'SPDX' as const, formatVersion: spdxVersion })),
])

/**
 * Reads the list of what a package is made of: CycloneDX, or SPDX 2, as JSON.
 *
 * @throws ManifestError `MB_PACKAGE_FILE`, `MB_PACKAGE_TOO_LARGE`
 */
export function parseSbom(text: string): Sbom {
  if (Buffer.byteLength(text) > maxSbomBytes)
    throw new ManifestError(
      'MB_PACKAGE_TOO_LARGE',
      `Cannot read package: its sbom.json is larger than ${maxSbomBytes} bytes`,
    )
  const read = known.safeParse(json(text))
  if (!read.success)
    throw new ManifestError(
      'MB_PACKAGE_FILE',
      'Cannot read package: its sbom.json is neither CycloneDX nor SPDX 2, as JSON',
      { cause: read.error, hint: 'Write it with a tool that knows one of the two' },
    )
  return { ...read.data, digest: sha256(text), text }
}

function json(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return value
  } catch {
    return undefined
  }
}
