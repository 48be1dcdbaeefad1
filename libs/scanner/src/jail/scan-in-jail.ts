import { realpath } from 'node:fs/promises'
import { errorCode, isMbError } from '@mb/kernel'
import { neutralText } from '@mb/manifest'
import { openSandbox } from '@mb/sandbox'
import type { ScanReport } from '../finding.ts'
import { findScanner } from './find-scanner.ts'
import { parseReport } from './report-schema.ts'

/** How a folder is scanned in a jail. */
export interface JailedScanOptions {
  readonly signal?: AbortSignal | undefined
  /** @default 60_000 */
  readonly timeoutMs?: number
  /** @default 1 GiB */
  readonly memoryBytes?: number
  /** Where the sandbox keeps what it found out about this machine. */
  readonly cacheDirectory?: string | undefined
}

const maxOutputBytes = 4 * 1024 * 1024

/**
 * As {@link scan}, in a process that sees the folder and the scanner and nothing else, within limits. Whatever goes
 * wrong there, or says something else than a report, is the verdict `error`. It throws only when the signal aborts.
 */
export async function scanInJail(
  directory: string,
  options: JailedScanOptions = {},
): Promise<ScanReport> {
  const { signal, timeoutMs = 60_000, memoryBytes = 1024 ** 3, cacheDirectory } = options
  const started = performance.now()
  try {
    const scanner = findScanner()
    const folder = await realpath(directory)
    const node = await realpath(process.execPath)
    await using sandbox = await openSandbox({
      policy: { fs: { read: [node, folder, ...scanner.mounts] } },
      limits: { wallMs: timeoutMs, cpuSeconds: Math.ceil(timeoutMs / 1000), memoryBytes },
      ...(cacheDirectory === undefined ? {} : { cacheDirectory }),
    })
    const { code, stdout, stderr, ended } = await sandbox.run(
      node,
      [...scanner.flags, scanner.file, folder],
      { maxOutputBytes, ...(signal === undefined ? {} : { signal }) },
    )
    if (ended !== undefined) return failed(`it was ended by its limit of ${ended}`, started)
    if (code !== 0)
      return failed(`it ended with ${code ?? 'a signal'}: ${lastLine(stderr)}`, started)
    return parseReport(stdout) ?? failed('it printed something else than a report', started)
  } catch (error) {
    signal?.throwIfAborted()
    return failed(isMbError(error) ? error.message : (errorCode(error) ?? String(error)), started)
  }
}

function failed(why: string, started: number): ScanReport {
  return {
    verdict: 'error',
    findings: [],
    files: 0,
    bytes: 0,
    ms: Math.round(performance.now() - started),
    errors: [{ message: neutralText(`Cannot scan in a jail: ${why}`, 400) }],
  }
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? ''
}
