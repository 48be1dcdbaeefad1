import { neutralText } from '@mb/manifest'
import { PluginError } from '../plugin-error.ts'

/** One thing that a scan found in the code of a package. */
export interface ScanFinding {
  /** Id of the rule. */
  readonly id: string
  readonly severity: 'info' | 'low' | 'medium' | 'high' | 'critical'
  readonly message: string
  /** Path in the package. */
  readonly file?: string
  /** From 1. */
  readonly line?: number
  /** From 1. */
  readonly column?: number
  /** What to do about it. */
  readonly help?: string
}

/** What a scan comes to. `error` is no pass: the code could not be judged. */
export interface ScanReport {
  readonly verdict: 'pass' | 'warn' | 'block' | 'error'
  readonly findings: readonly ScanFinding[]
}

/** Judges the code of a package that was unpacked and verified. */
export type Scan = (request: {
  readonly directory: string
  readonly signal?: AbortSignal | undefined
}) => Promise<ScanReport>

const maxFindings = 100

/**
 * Has a package scanned.
 *
 * @returns what the person should know of, harmless to print; nothing where there is no scanner
 * @throws PluginError `MB_PLUGIN_SCAN_BLOCKED`, `MB_PLUGIN_SCAN_FAILED`
 */
export async function scanPackage(
  scan: Scan | undefined,
  request: {
    readonly id: string
    readonly directory: string
    readonly signal?: AbortSignal | undefined
  },
): Promise<readonly ScanFinding[]> {
  if (scan === undefined) return []
  const { id, directory, signal } = request
  let report: ScanReport
  try {
    report = await scan({ directory, signal })
  } catch (cause) {
    signal?.throwIfAborted()
    throw new PluginError(
      'MB_PLUGIN_SCAN_FAILED',
      `Cannot install "${id}": its code could not be scanned`,
      {
        hint: 'Try again; `mb sdk scan` says what is in its way',
        cause,
      },
    )
  }
  signal?.throwIfAborted()
  const findings = report.findings.slice(0, maxFindings).map(harmless)
  // Only these two let it pass, whatever a scanner may say one day.
  if (report.verdict === 'pass' || report.verdict === 'warn') return findings
  if (report.verdict === 'block') {
    throw new PluginError('MB_PLUGIN_SCAN_BLOCKED', `Cannot install "${id}": ${worst(findings)}`, {
      hint: 'Ask its author, and do not run this code meanwhile',
      details: { findings },
    })
  }
  throw new PluginError(
    'MB_PLUGIN_SCAN_FAILED',
    `Cannot install "${id}": its code could not be scanned`,
    {
      hint: 'See what is in its way: mb sdk scan',
      details: { findings },
    },
  )
}

function worst(findings: readonly ScanFinding[]): string {
  const [first, ...more] = findings.filter(
    ({ severity }) => severity === 'critical' || severity === 'high',
  )
  if (first === undefined) return 'the scan of its code refuses it'
  const { message, file, line } = first
  const place = file === undefined ? '' : ` (${file}${line === undefined ? '' : `:${line}`})`
  const others = more.length === 0 ? '' : `, and ${more.length} more`
  return `the scan of its code found: ${message}${place}${others}`
}

/** The texts of a finding hold names that a stranger chose. */
function harmless({ id, severity, message, file, line, column, help }: ScanFinding): ScanFinding {
  return {
    id: neutralText(id, 64),
    severity,
    message: neutralText(message, 300),
    ...(file === undefined ? {} : { file: neutralText(file, 255) }),
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
    ...(help === undefined ? {} : { help: neutralText(help, 300) }),
  }
}
