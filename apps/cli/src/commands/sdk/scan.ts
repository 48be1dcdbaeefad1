import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { extractArchive } from '@mb/manifest'
import { scanInJail, type ScanReport } from '@mb/scanner'
import type { Context } from '../../context.ts'
import { isFolder } from '../../is-folder.ts'
import { formatBytes, formatDuration } from '../../output/amounts.ts'
import { showFindings } from '../../output/findings.ts'
import type { Output } from '../../output/output.ts'
import { text, type Style, type Text } from '../../output/style.ts'
import type { Invocation } from '../../parse/invocation.ts'
import { probeCache } from '../sandbox/probe-cache.ts'

/** Scans a plugin's folder or archive, in a jail. */
export async function run(invocation: Invocation, context: Context): Promise<ScanReport> {
  const { signal } = context
  const source = resolve(context.workspace, invocation.argument('plugin'))
  const scan = (directory: string): Promise<ScanReport> =>
    scanInJail(directory, { signal, cacheDirectory: probeCache(context) })
  return context.progress.during('Scanning', async () => {
    const report = (await isFolder(source))
      ? await scan(source)
      : await scanArchive(source, scan, signal)
    signal.throwIfAborted()
    return report
  })
}

async function scanArchive(
  archive: string,
  scan: (directory: string) => Promise<ScanReport>,
  signal: AbortSignal,
): Promise<ScanReport> {
  const folder = await mkdtemp(join(tmpdir(), 'mb-scan-'))
  try {
    const directory = join(folder, 'package')
    await extractArchive(archive, directory, { signal })
    return await scan(directory)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Shows what was found, and the verdict. */
export function render(report: ScanReport, output: Output): void {
  const { style } = output
  showFindings(
    report.findings.map((finding) => ({
      ...finding,
      message: `${finding.message} (${finding.id})`,
    })),
    output,
  )
  for (const { file, message } of report.errors)
    output.line(text`  ${style.bad('error')} ${file === undefined ? '' : `${file} `}${message}`)
  const amount = `${report.files} files, ${formatBytes(report.bytes)}, ${formatDuration(report.ms)}`
  output.line(text`${verdict(report, style)} ${style.faint(`(${amount})`)}`)
}

function verdict({ verdict: said, findings }: ScanReport, style: Style): Text {
  switch (said) {
    case 'pass':
      return text`${style.good('✓')} ${findings.length === 0 ? 'Nothing was found' : 'Nothing grave was found'}`
    case 'warn':
      return text`${style.warning('warning')} It would be shown to whoever installs the plugin`
    case 'block':
      return text`${style.bad('✗')} With this it is neither installed nor published`
    case 'error':
      return text`${style.bad('✗')} It could not be scanned as a whole, which never counts as clean`
  }
}

/** Refused, when it would be blocked; failed, when it could not be scanned. */
export function exitCode({ verdict: said }: ScanReport): number {
  const codes = { pass: 0, warn: 0, block: 3, error: 1 } as const
  return codes[said]
}
