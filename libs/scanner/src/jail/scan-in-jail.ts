import { realpath } from 'node:fs/promises'
import { errorCode, isMbError } from '@mb/kernel'
import { neutralText } from '@mb/manifest'
import { openSandbox } from '@mb/sandbox'
import type { Claims } from '../claims.ts'
import { failedReport, type ScanReport } from '../finding.ts'
import { manifestFailure, readClaims } from '../scan.ts'
import { scanLimits } from '../scan-limits.ts'
import { findScanner, type JailedScanner } from './find-scanner.ts'
import { parseReport } from './parse-report.ts'
import type { ScanOrder } from './scan-order.ts'

/** How a folder is scanned in a jail. */
export interface JailedScanOptions {
  readonly signal?: AbortSignal | undefined
  /** @default 60_000 */
  readonly timeoutMs?: number | undefined
  /** @default 1 GiB */
  readonly memoryBytes?: number | undefined
  /** Where the sandbox keeps what it found out about this machine. */
  readonly cacheDirectory?: string | undefined
}

/**
 * As {@link scan}, in a process that sees the folder and the scanner and nothing else, within limits. Whatever goes
 * wrong there, or says something else than a report, is the verdict `error`. It throws only when the signal aborts.
 */
export async function scanInJail(
  directory: string,
  options: JailedScanOptions = {},
): Promise<ScanReport> {
  const { signal } = options
  const started = performance.now()
  let claims: Claims | undefined
  try {
    claims = await readClaims(directory, signal)
  } catch (error) {
    signal?.throwIfAborted()
    return failedReport(manifestFailure(error), started)
  }
  try {
    const order = { directory: await realpath(directory), claims, limits: scanLimits }
    return await runScanner(findScanner(), order, options)
  } catch (error) {
    signal?.throwIfAborted()
    return failedReport(failure(reasonOf(error)), started)
  }
}

/** Runs a scanner in a jail and judges what it says; whatever is no report of it is the verdict `error`. */
export async function runScanner(
  scanner: JailedScanner,
  order: ScanOrder,
  options: JailedScanOptions,
): Promise<ScanReport> {
  const started = performance.now()
  try {
    return await judgeScanner(scanner, order, options)
  } catch (error) {
    options.signal?.throwIfAborted()
    return failedReport(failure(reasonOf(error)), started)
  }
}

async function judgeScanner(
  scanner: JailedScanner,
  order: ScanOrder,
  options: JailedScanOptions,
): Promise<ScanReport> {
  const { signal, timeoutMs = 60_000, memoryBytes = 1024 ** 3, cacheDirectory } = options
  const started = performance.now()
  const node = await realpath(process.execPath)
  await using sandbox = await openSandbox({
    policy: { fs: { read: [node, order.directory, ...scanner.mounts] }, env: scanner.env },
    limits: {
      wallMs: timeoutMs,
      cpuSeconds: Math.ceil(timeoutMs / 1000),
      memoryBytes,
      processes: 4,
    },
    cacheDirectory,
  })
  const {
    code,
    signal: killed,
    stdout,
    stderr,
  } = await sandbox.run(node, [...scanner.flags, scanner.file], {
    input: JSON.stringify(order),
    maxOutputBytes,
    signal,
  })
  signal?.throwIfAborted()
  const failed = (why: string): ScanReport => failedReport(failure(why), started)
  if (killed !== null) return failed(`it was ended by ${killed}`)
  if (code !== 0) return failed(`it ended with ${code ?? 'nothing'}: ${lastLine(stderr)}`)
  return parseReport(stdout) ?? failed('it printed something else than a report')
}

const maxOutputBytes = 4 * 1024 * 1024

function reasonOf(error: unknown): string {
  return isMbError(error) ? error.message : (errorCode(error) ?? String(error))
}

function failure(why: string): string {
  return neutralText(`Cannot scan in a jail: ${why}`, 400)
}

function lastLine(text: string): string {
  return (
    text
      .trim()
      .split('\n')
      .findLast((line) => /error/i.test(line)) ?? ''
  )
}
