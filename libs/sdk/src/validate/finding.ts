/** One thing that is wrong with a plugin, or could be better. */
export interface Finding {
  /** Stable, as `entry-missing`; findings of the manifest start with `manifest-`. */
  readonly id: string
  /** An error keeps a plugin from being packaged or installed. */
  readonly severity: 'error' | 'warning'
  readonly message: string
  /** From the plugin's folder, with `/`. */
  readonly file?: string
  /** From 1. */
  readonly line?: number
  /** From 1. */
  readonly column?: number
  /** The next step. */
  readonly hint?: string
}

/** What was found, and whether it would pass. */
export interface ValidationResult {
  /** Whether there is no error among the findings. */
  readonly ok: boolean
  /** Errors first, then by file and line. */
  readonly findings: readonly Finding[]
}

/** The result of some findings, in the order to show them in. */
export function validationResult(findings: readonly Finding[]): ValidationResult {
  return {
    ok: findings.every((finding) => finding.severity !== 'error'),
    findings: findings.toSorted(
      (a, b) =>
        Number(a.severity === 'warning') - Number(b.severity === 'warning') ||
        compare(a.file ?? '', b.file ?? '') ||
        (a.line ?? 0) - (b.line ?? 0) ||
        (a.column ?? 0) - (b.column ?? 0) ||
        compare(a.id, b.id),
    ),
  }
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
