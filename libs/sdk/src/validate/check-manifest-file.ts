import { basename, extname, join } from 'node:path'
import { readTextBounded } from '@mb/kernel'
import { checkManifest, findManifest, type Manifest, type ManifestFinding } from '@mb/manifest'
import type { Finding } from './finding.ts'
import { errorFinding } from './error-finding.ts'

/** A manifest that was looked for: undefined where there is none that can be read. */
export interface CheckedManifestFile {
  readonly manifest: Manifest | undefined
  /** The name of its file. */
  readonly file: string | undefined
  readonly findings: readonly Finding[]
}

// One byte more than a manifest may have: the manifest library tells what is too large.
const maxBytes = 1024 * 1024 + 1

/** Finds and judges the manifest of a folder; all that is wrong with it at once. */
export async function checkManifestFile(
  directory: string,
  options: { readonly publishing: boolean },
): Promise<CheckedManifestFile> {
  let name: string | undefined
  try {
    const found = await findManifest(directory)
    if (found === undefined) return absent
    name = basename(found)
    const text = await readTextBounded(join(directory, name), { maxBytes })
    const format = extname(name) === '.json' ? 'json' : 'yaml'
    const checked = checkManifest(text, { format, publishing: options.publishing })
    return {
      manifest: checked.ok ? checked.manifest : undefined,
      file: name,
      findings: manifestFindings(checked.findings, name),
    }
  } catch (error) {
    const place = name === undefined ? {} : { file: name }
    return { manifest: undefined, file: name, findings: [errorFinding(error, place)] }
  }
}

const absent: CheckedManifestFile = {
  manifest: undefined,
  file: undefined,
  findings: [
    {
      id: 'manifest-missing',
      severity: 'error',
      message: 'There is no plugin.yaml, plugin.yml or plugin.json',
      hint: 'Write one, or make a plugin with `mb sdk create`',
    },
  ],
}

/** Findings of the manifest library as ours. */
export function manifestFindings(
  findings: readonly ManifestFinding[],
  file: string,
): readonly Finding[] {
  return findings.map(({ severity, code, message, line, column, hint }) => ({
    id: `manifest-${code}`,
    severity,
    message,
    file,
    ...(line !== undefined && { line }),
    ...(column !== undefined && { column }),
    ...(hint !== undefined && { hint }),
  }))
}
