import type { Severity } from '@mb/marketplace-protocol'
import type { Output } from './output.ts'
import { text, type Style, type Text } from './style.ts'

/** Something that was found in code, by the scanner here or by a marketplace's. */
export interface ShownFinding {
  readonly severity?: Severity | undefined
  readonly message: string
  readonly file?: string | undefined
  readonly line?: number | undefined
  readonly column?: number | undefined
  readonly help?: string | undefined
}

const most = 50

/** Shows findings, the gravest first, each with its place in the code and what helps. */
export function showFindings(findings: readonly ShownFinding[], output: Output): void {
  const { style } = output
  for (const finding of bySeverity(findings).slice(0, most)) {
    const place = [finding.file, finding.line, finding.column].filter((part) => part !== undefined)
    const where = place.length === 0 ? '' : text`${style.strong(place.join(':'))} `
    // In a cell, a stranger's long file name is broken below itself, and begins no line.
    output.rows([['', text`${severityMark(finding, style)}${where}${finding.message}`]])
    if (finding.help !== undefined) output.rows([['', '', style.faint(finding.help)]])
  }
  if (findings.length > most) output.line(text`  and ${findings.length - most} more`)
}

const paints: Readonly<Record<Severity, keyof Style>> = {
  info: 'faint',
  low: 'good',
  medium: 'warning',
  high: 'bad',
  critical: 'alarm',
}

function severityMark({ severity }: ShownFinding, style: Style): Text {
  return severity === undefined ? '' : text`${style[paints[severity]](severity)} `
}

function bySeverity(findings: readonly ShownFinding[]): readonly ShownFinding[] {
  const order = ['critical', 'high', 'medium', 'low', 'info']
  return findings.toSorted(
    (a, b) => order.indexOf(a.severity ?? 'info') - order.indexOf(b.severity ?? 'info'),
  )
}
