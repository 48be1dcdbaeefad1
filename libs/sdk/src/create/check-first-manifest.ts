import { checkManifest } from '@mb/manifest'
import { SdkError } from '../sdk-error.ts'
import type { RenderedFile } from '../templates/render-template.ts'

/**
 * Throws when what was asked for makes a manifest that is none: a version that is no version, a line break in the
 * author.
 *
 * @throws SdkError `MB_SDK_OPTION_INVALID`
 */
export function checkFirstManifest(files: readonly RenderedFile[]): void {
  const manifest = files.find((file) => file.path === 'plugin.yaml')
  if (manifest === undefined) throw new TypeError('The template has no plugin.yaml')
  const { findings } = checkManifest(manifest.content, { format: 'yaml', publishing: true })
  const first = findings.find((finding) => finding.severity === 'error')
  if (first === undefined) return
  throw new SdkError(
    'MB_SDK_OPTION_INVALID',
    `Cannot create a plugin with this ${first.path}: ${first.message}`,
    { hint: first.hint, details: { findings } },
  )
}
