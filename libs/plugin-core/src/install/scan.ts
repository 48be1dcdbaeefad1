import type { MbErrorOptions } from '@mb/kernel'
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

interface ScanRequest {
  readonly id: string
  readonly directory: string
  readonly signal?: AbortSignal | undefined
}

const maxFindings = 100

/**
 * Has a package scanned.
 *
 * @returns what the person should know of, harmless to print; nothing where there is no scanner
 * @throws PluginError `MB_PLUGIN_SCAN_BLOCKED`, `MB_PLUGIN_SCAN_FAILED`
 */
export async function scanPackage(
  scan: Scan | undefined,
  request: ScanRequest,
): Promise<readonly ScanFinding[]> {
  if (scan === undefined) return []
  const { verdict, findings } = await reportOf(scan, request)
  if (verdict === 'pass' || verdict === 'warn') return findings
  if (verdict === 'block') {
    throw new PluginError(
      'MB_PLUGIN_SCAN_BLOCKED',
      `Cannot install "${request.id}": ${worst(findings)}`,
      { hint: 'Ask its author, and do not run this code meanwhile', details: { findings } },
    )
  }
  // Whatever else a scanner may say one day lets nothing pass.
  throw failed(request.id, { details: { findings } })
}

async function reportOf(scan: Scan, { id, directory, signal }: ScanRequest): Promise<ScanReport> {
  try {
    const { verdict, findings } = await scan({ directory, signal })
    return { verdict, findings: worstFirst(findings).slice(0, maxFindings).map(harmless) }
  } catch (cause) {
    throw failed(id, { cause })
  } finally {
    signal?.throwIfAborted()
  }
}

function failed(id: string, options: Pick<MbErrorOptions, 'cause' | 'details'>): PluginError {
  return new PluginError(
    'MB_PLUGIN_SCAN_FAILED',
    `Cannot install "${id}": its code could not be scanned`,
    { hint: 'See what is in its way: mb sdk scan', ...options },
  )
}

const severities = ['critical', 'high', 'medium', 'low', 'info']

/** So that no heap of small ones hides what is grave. */
function worstFirst(findings: readonly ScanFinding[]): readonly ScanFinding[] {
  return findings.toSorted(
    (a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity),
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
