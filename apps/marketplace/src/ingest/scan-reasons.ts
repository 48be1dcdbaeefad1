import { neutralText } from '@mb/manifest'
import type { Reason } from '@mb/marketplace-protocol'
import type { ScanReport } from '@mb/scanner'

const maxReasons = 100

/** What the scan found, for the author; why it could not be done comes first. */
export function scanReasons({ findings, errors }: ScanReport): Reason[] {
  return [
    ...errors.map(({ file, message }): Reason => ({
      code: 'scan-failed',
      message: neutralText(message, 400),
      ...(file === undefined ? {} : { file: neutralText(file, 255) }),
    })),
    ...findings.map(({ id, severity, message, file, line, column, help }): Reason => ({
      code: id,
      severity,
      message: neutralText(message, 400),
      file: neutralText(file, 255),
      line,
      column,
      help: neutralText(help, 400),
    })),
  ].slice(0, maxReasons)
}
