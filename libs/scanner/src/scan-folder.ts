import { neutralText } from '@mb/manifest'
import type { Claims } from './claims.ts'
import {
  failedReport,
  sorted,
  verdictOf,
  type Finding,
  type ScanFault,
  type ScanReport,
} from './finding.ts'
import { isScript, scanFile, type FileReport } from './scan-file.ts'
import type { ScanLimits } from './scan-limits.ts'
import { walkFiles } from './walk-files.ts'

/** How the files of a folder are judged. */
export interface FolderScan {
  /** Undefined where there is no manifest. */
  readonly claims: Claims | undefined
  readonly limits: ScanLimits
  readonly signal?: AbortSignal | undefined
}

/** Judges every file of a folder, the ones that are loaded under a name that does not tell included. */
export async function scanFolder(directory: string, scan: FolderScan): Promise<ScanReport> {
  const started = performance.now()
  const { claims, limits, signal } = scan
  const found = await listFiles(directory, limits)
  if ('failure' in found) return failedReport(found.failure, started)
  const { files } = found
  const reports = new Map<string, FileReport>()
  const errors: ScanFault[] = [...found.errors, ...missingEntry(files, claims)]
  const loaded = new Set<string>(claims?.runtime === 'node' ? claims.entries : [])
  for (const { path, target } of found.links) if (isScript(path)) loaded.add(target)
  // A file that another one loads is code whatever it is called, so such files are looked at once more.
  for (let open = files; open.length > 0; open = files.filter(({ path }) => isNewlyLoaded(path))) {
    for (const file of open) {
      signal?.throwIfAborted()
      if (performance.now() - started > limits.maxMs) {
        errors.push({ message: `Cannot scan for longer than ${limits.maxMs} ms` })
        return reportOf([...reports.values()], errors, { files, limits, started })
      }
      const isEntry = claims?.entries.includes(file.path) ?? false
      const context = { claims, limits, isEntry, isLoaded: loaded.has(file.path) }
      const report = await scanFile(directory, file, context)
      reports.set(file.path, report)
      for (const path of report.loads) loaded.add(path)
    }
  }
  return reportOf([...reports.values()], errors, { files, limits, started })

  function isNewlyLoaded(path: string): boolean {
    return loaded.has(path) && reports.get(path)?.isSettled === false
  }
}

async function listFiles(
  directory: string,
  limits: ScanLimits,
): Promise<Awaited<ReturnType<typeof walkFiles>> | { readonly failure: string }> {
  try {
    return await walkFiles(directory, limits)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { failure: `Cannot list the folder: ${neutralText(why, 300)}` }
  }
}

function missingEntry(
  files: readonly { readonly path: string }[],
  claims: Claims | undefined,
): readonly ScanFault[] {
  if (claims === undefined) return []
  if (files.some(({ path }) => claims.entries.includes(path))) return []
  const names = claims.entries.map((path) => JSON.stringify(neutralText(path, 100))).join(' or ')
  return [{ message: `Cannot find the plugin's entry: there is no ${names}` }]
}

function reportOf(
  reports: readonly FileReport[],
  faults: readonly ScanFault[],
  about: {
    readonly files: readonly { readonly bytes: number }[]
    readonly limits: ScanLimits
    readonly started: number
  },
): ScanReport {
  const { files, limits, started } = about
  const findings: readonly Finding[] = sorted(reports.flatMap((report) => report.findings))
  const errors = [...faults, ...reports.flatMap((report) => report.errors)]
  if (findings.length > limits.maxFindings)
    errors.push({ message: `Cannot tell more than ${limits.maxFindings} findings` })
  if (errors.length > limits.maxFindings) {
    errors.length = limits.maxFindings
    errors.push({ message: 'Cannot tell all that went wrong' })
  }
  return {
    verdict: verdictOf(findings, errors),
    findings: findings.slice(0, limits.maxFindings),
    files: files.length,
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    ms: Math.round(performance.now() - started),
    errors,
  }
}
