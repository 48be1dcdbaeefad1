import { arch, platform } from 'node:process'

let known: string | undefined

/** The platform of this machine: `linux-x64`, `linux-x64-musl`, `darwin-arm64`. */
export function thisPlatform(): string {
  known ??= `${platform}-${arch}${platform === 'linux' && !hasGnuLibrary() ? '-musl' : ''}`
  return known
}

/** Whether this Node runs with the GNU C library: its report names the version of it, and no other's. */
function hasGnuLibrary(): boolean {
  const { excludeNetwork } = process.report
  // Names of all peers would be looked up otherwise.
  process.report.excludeNetwork = true
  try {
    const report: unknown = process.report.getReport()
    const header = isRecord(report) ? report['header'] : undefined
    return isRecord(header) && typeof header['glibcVersionRuntime'] === 'string'
  } finally {
    process.report.excludeNetwork = excludeNetwork
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
