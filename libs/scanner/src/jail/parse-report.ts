import { verdictOf, type ScanReport } from '../finding.ts'
import { rules } from '../rules/rules.ts'

/**
 * Reads what a jailed scan printed. It was written by code that looked at a stranger's files, so it is believed in its
 * form alone: each finding has to be one of a rule that there is, and the verdict what follows from them.
 *
 * @returns undefined for anything else
 */
export function parseReport(text: string): ScanReport | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  return isReport(value) && value.verdict === verdictOf(value.findings, value.errors)
    ? value
    : undefined
}

function isReport(value: unknown): value is ScanReport {
  return (
    isRecord(value) &&
    ['pass', 'warn', 'block', 'error'].includes(String(value['verdict'])) &&
    isCount(value['files']) &&
    isCount(value['bytes']) &&
    isCount(value['ms']) &&
    Array.isArray(value['findings']) &&
    value['findings'].every(isFinding) &&
    Array.isArray(value['errors']) &&
    value['errors'].every(isFault)
  )
}

function isFinding(value: unknown): boolean {
  if (!isRecord(value)) return false
  const rule = rules.find(({ id }) => id === value['id'])
  return (
    rule !== undefined &&
    value['rule'] === rule.rule &&
    value['severity'] === rule.severity &&
    isText(value['message']) &&
    isText(value['file']) &&
    isText(value['help']) &&
    isCount(value['line']) &&
    isCount(value['column']) &&
    (value['snippet'] === undefined || isText(value['snippet']))
  )
}

function isFault(value: unknown): boolean {
  return (
    isRecord(value) &&
    isText(value['message']) &&
    (value['file'] === undefined || isText(value['file']))
  )
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value.length <= 1000
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}
