// Scanning
export { scan } from './scan.ts'
export type { ScanOptions } from './scan.ts'
export { scanInJail } from './jail/scan-in-jail.ts'
export type { JailedScanOptions } from './jail/scan-in-jail.ts'
export { scanLimits } from './scan-limits.ts'
export type { ScanLimits } from './scan-limits.ts'

// What comes of it
export { verdictOf } from './finding.ts'
export type { Finding, ScanFault, ScanReport, Severity, Verdict } from './finding.ts'
export { renderReport } from './report/render-report.ts'
export type { ReportFormat } from './report/render-report.ts'

// Rules
export { rules } from './rules/rules.ts'
export type { RuleInfo, RuleName } from './rules/rules.ts'
