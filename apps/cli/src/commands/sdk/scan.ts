import { access, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { extractArchive, findManifest, metadataDirectory } from '@mb/manifest'
import { scanInJail, type ScanReport } from '@mb/scanner'
import { packagePlugin } from '@mb/sdk'
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
  return context.progress.during('Scanning', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mb-scan-'))
    try {
      const directory = await scannable(source, folder, signal)
      return await scanInJail(directory, { signal, cacheDirectory: probeCache(context) })
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
}

/** The folder to scan: of a project what would be packaged, since its tools and tests reach nobody. */
async function scannable(source: string, folder: string, signal: AbortSignal): Promise<string> {
  const isProject = (await isFolder(source)) && (await isUnpacked(source))
  const archive = isProject ? await pack(source, folder, signal) : source
  if (await isFolder(archive)) return archive
  const directory = join(folder, 'package')
  await extractArchive(archive, directory, { signal })
  return directory
}

async function isUnpacked(directory: string): Promise<boolean> {
  if ((await findManifest(directory)) === undefined) return false
  const isPackaged = await access(join(directory, metadataDirectory)).then(
    () => true,
    () => false,
  )
  return !isPackaged
}

async function pack(directory: string, folder: string, signal: AbortSignal): Promise<string> {
  const packed = await packagePlugin(directory, {
    forms: ['tar.gz'],
    output: join(folder, 'archives'),
    build: false,
    signal,
  })
  const [archive] = packed.archives
  if (archive === undefined) throw new TypeError('Cannot scan: nothing was packed')
  return archive.file
}

/** Shows what was found, and the verdict. */
export function render(report: ScanReport, output: Output): void {
  const { style } = output
  showFindings(
    report.findings.map((each) => ({ ...each, message: `${each.message} (${each.id})` })),
    output,
  )
  for (const { file, message } of report.errors)
    output.line(text`  ${style.bad('error')} ${file === undefined ? '' : `${file} `}${message}`)
  const amount = `${report.files} files, ${formatBytes(report.bytes)}, ${formatDuration(report.ms)}`
  output.line(text`${verdict(report, style)} ${style.faint(`(${amount})`)}`)
}

function verdict({ verdict: said, findings }: ScanReport, style: Style): Text {
  const passed = findings.length === 0 ? 'Nothing was found' : 'Nothing grave was found'
  const words: Readonly<Record<ScanReport['verdict'], Text>> = {
    pass: text`${style.good('✓')} ${passed}`,
    warn: text`${style.warning('warning')} It would be shown to whoever installs the plugin`,
    block: text`${style.bad('✗')} With this it is neither installed nor published`,
    error: text`${style.bad('✗')} It could not be scanned as a whole, which never counts as clean`,
  }
  return words[said]
}

const exitCodes = { pass: 0, warn: 0, block: 3, error: 1 } as const

/** Refused, when it would be blocked; failed, when it could not be scanned. */
export function exitCode({ verdict: said }: ScanReport): number {
  return exitCodes[said]
}
