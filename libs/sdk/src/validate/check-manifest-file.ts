import { basename } from 'node:path'
import { isMbError } from '@mb/kernel'
import {
  findManifest,
  manifestFiles,
  readManifest,
  type Manifest,
  type ManifestFinding,
} from '@mb/manifest'
import { errorFinding } from './error-finding.ts'
import type { Finding } from './finding.ts'

/** The manifest of a folder, or else why there is none. */
export type CheckedManifestFile =
  | {
      readonly ok: true
      readonly manifest: Manifest
      /** The name of its file. */
      readonly file: string
      /** Warnings. */
      readonly findings: readonly Finding[]
    }
  | { readonly ok: false; readonly findings: readonly Finding[] }

/** Finds and judges the manifest of a folder; all that is wrong with it at once. */
export async function checkManifestFile(
  directory: string,
  options: { readonly publishing: boolean; readonly signal?: AbortSignal | undefined },
): Promise<CheckedManifestFile> {
  try {
    const { manifest, file, findings } = await readManifest(directory, options)
    const name = basename(file)
    return { ok: true, manifest, file: name, findings: manifestFindings(findings, name) }
  } catch (error) {
    return { ok: false, findings: await explain(error, directory) }
  }
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

async function explain(error: unknown, directory: string): Promise<readonly Finding[]> {
  const refusal = errorFinding(error)
  // Without one file there is no place that a finding could name.
  if (refusal.id === 'manifest-missing' || refusal.id === 'manifest-ambiguous') return [refusal]
  const found = await findManifest(directory)
  const file = found === undefined ? manifestFiles.join(', ') : basename(found)
  const findings = isMbError(error) ? error.details?.['findings'] : undefined
  return isFindings(findings) ? manifestFindings(findings, file) : [{ ...refusal, file }]
}

function isFindings(value: unknown): value is readonly ManifestFinding[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every(
      (each: unknown) =>
        typeof each === 'object' && each !== null && 'severity' in each && 'code' in each,
    )
  )
}
