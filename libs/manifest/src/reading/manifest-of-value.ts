import type { Manifest } from '../manifest.ts'
import { ManifestError } from '../manifest-error.ts'
import { manifestSchema } from '../schema/manifest-schema.ts'

/**
 * The manifest in a value that {@link parseManifest} gave, and that was kept as JSON since. A text that a person wrote is
 * for {@link parseManifest}: it knows of lines, of other names for keys, and of far more that can be wrong.
 *
 * @throws ManifestError `MB_MANIFEST_INVALID`
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { manifestOfValue, parseManifest } from '@mb/manifest'
 *
 * const manifest = parseManifest(
 *   'name: notes\nversion: 1.0.0\ndescription: Takes notes\nauthor: Acme\nlicense: MIT\nentry: index.mjs\n',
 * )
 * assert.deepEqual(manifestOfValue(JSON.parse(JSON.stringify(manifest))), manifest)
 * ```
 */
export function manifestOfValue(value: unknown): Manifest {
  const result = manifestSchema.safeParse(value)
  if (result.success) return result.data
  throw new ManifestError(
    'MB_MANIFEST_INVALID',
    'Cannot read a manifest that was kept: it is damaged',
    { hint: 'Read the manifest of the package again', cause: result.error },
  )
}
