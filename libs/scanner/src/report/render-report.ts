import { neutralText } from '@mb/manifest'
import type { ScanReport } from '../finding.ts'

/** How a report is written. */
export type ReportFormat = 'text' | 'json'

/** Writes a report down: a line a finding with its place, its help below it, and the verdict last; or as JSON. */
export function renderReport(
  report: ScanReport,
  options: { readonly format?: ReportFormat } = {},
): string {
  if (options.format === 'json') return `${JSON.stringify(report)}\n`
  const { findings, errors, verdict, files } = report
  const lines = [
    ...findings.flatMap(({ severity, id, message, file, line, column, help }) => [
      `${neutralText(file, 255)}:${line}:${column}  ${severity}  ${neutralText(message, 300)} (${id})`,
      `  ${help}`,
    ]),
    ...errors.map(({ file, message }) =>
      neutralText(`${file === undefined ? '' : `${file}  `}error  ${message}`, 600),
    ),
    `verdict: ${verdict}, ${findings.length} findings in ${files} files`,
  ]
  return `${lines.join('\n')}\n`
}
