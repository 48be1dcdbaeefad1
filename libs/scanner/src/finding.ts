/** How bad a finding is. */
export type Severity = 'info' | 'low' | 'medium' | 'high' | 'critical'

/** One thing that a scan found. */
export interface Finding {
  /** Stable, such as `MB4001`. */
  readonly id: string
  /** Name of its rule, such as `undeclared-network`. */
  readonly rule: string
  readonly severity: Severity
  readonly message: string
  /** From the scanned folder, with `/`. */
  readonly file: string
  /** From 1. */
  readonly line: number
  /** From 1, in UTF-16 code units. */
  readonly column: number
  /** The next step. */
  readonly help: string
  /** The line, made harmless to print, 120 characters at most. */
  readonly snippet?: string
}

/** Something that could not be looked at. */
export interface ScanFault {
  readonly file?: string
  readonly message: string
}

/** What a scan comes to: `error` is no pass, whatever else was found. */
export type Verdict = 'pass' | 'warn' | 'block' | 'error'

/** What a scan found. */
export interface ScanReport {
  readonly verdict: Verdict
  /** The gravest first, then by file and line. */
  readonly findings: readonly Finding[]
  /** Files that were looked at. */
  readonly files: number
  readonly bytes: number
  readonly ms: number
  readonly errors: readonly ScanFault[]
}

const order: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info']

/** The verdict of some findings: what could not be looked at is never clean. */
export function verdictOf(
  findings: readonly Pick<Finding, 'severity'>[],
  errors: readonly ScanFault[],
): Verdict {
  if (errors.length > 0) return 'error'
  const has = (...severities: readonly Severity[]): boolean =>
    findings.some(({ severity }) => severities.includes(severity))
  if (has('critical', 'high')) return 'block'
  return has('medium') ? 'warn' : 'pass'
}

/** The report of a scan that came to nothing: an error. */
export function failedReport(message: string, started: number): ScanReport {
  return {
    verdict: 'error',
    findings: [],
    files: 0,
    bytes: 0,
    ms: Math.round(performance.now() - started),
    errors: [{ message }],
  }
}

/** Findings in the order to show them in. */
export function sorted(findings: readonly Finding[]): readonly Finding[] {
  return findings.toSorted(
    (a, b) =>
      order.indexOf(a.severity) - order.indexOf(b.severity) ||
      compare(a.file, b.file) ||
      a.line - b.line ||
      a.column - b.column ||
      compare(a.id, b.id),
  )
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
