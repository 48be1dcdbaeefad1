import { open } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { errorCode, isMbError, readFileBounded } from '@mb/kernel'
import {
  entryFiles,
  findManifest,
  metadataDirectory,
  neutralText,
  readManifest,
  type Manifest,
} from '@mb/manifest'
import type { EngineResult, SourceFact } from './engines/source-use.ts'
import { sorted, verdictOf, type Finding, type ScanFault, type ScanReport } from './finding.ts'
import { LineIndex } from './line-index.ts'
import { installHooks, mayHoldHook } from './rules/install-hook.ts'
import { nativeForm } from './rules/native-binary.ts'
import { ruleTable, type RuleName } from './rules/rules.ts'
import { undeclaredUse } from './rules/undeclared-use.ts'
import { scanLimits, type ScanLimits } from './scan-limits.ts'
import { walkFiles, type FoundFile } from './walk-files.ts'

/** How a folder is scanned. */
export interface ScanOptions {
  /** What the plugin asks for. @default the manifest in the folder; where there is none, undeclared use is no finding */
  readonly manifest?: Manifest | undefined
  readonly limits?: Partial<ScanLimits> | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Judges the code in a folder without running any of it, in this process; {@link scanInJail} is for code that may have
 * been made to break its reader.
 *
 * What cannot be looked at makes the verdict `error`. It throws only when the signal aborts.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { mkdtemp, writeFile } from 'node:fs/promises'
 * import { join } from 'node:path'
 * import { tmpdir } from 'node:os'
 * import { scan } from '@mb/scanner'
 *
 * const folder = await mkdtemp(join(tmpdir(), 'scan-'))
 * await writeFile(join(folder, 'index.mjs'), 'eval(atob("MSsx"))')
 * const { verdict, findings } = await scan(folder)
 * assert.equal(verdict, 'block')
 * assert.equal(findings[0]?.rule, 'decode-and-run')
 * ```
 */
export async function scan(directory: string, options: ScanOptions = {}): Promise<ScanReport> {
  const started = performance.now()
  const { signal } = options
  const limits = { ...scanLimits, ...options.limits }
  const findings: Finding[] = []
  const errors: ScanFault[] = []
  let files: readonly FoundFile[] = []
  try {
    const manifest = options.manifest ?? (await manifestIn(directory))
    const entries = new Set(manifest === undefined ? [] : entryFiles(manifest))
    const walked = await walkFiles(directory, limits)
    files = walked.files.filter(({ path }) => !path.startsWith(`${metadataDirectory}/`))
    errors.push(...walked.errors)
    for (const file of files) {
      signal?.throwIfAborted()
      const result = await scanFile(directory, file, {
        manifest,
        limits,
        isEntry: entries.has(file.path),
      })
      findings.push(...result.findings)
      errors.push(...result.errors)
    }
  } catch (error) {
    signal?.throwIfAborted()
    errors.push({ message: reasonOf(error) })
  }
  if (findings.length > limits.maxFindings)
    errors.push({ message: `Cannot tell more than ${limits.maxFindings} findings` })
  return {
    verdict: verdictOf(findings, errors),
    findings: sorted(findings).slice(0, limits.maxFindings),
    files: files.length,
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    ms: Math.round(performance.now() - started),
    errors,
  }
}

async function manifestIn(directory: string): Promise<Manifest | undefined> {
  if ((await findManifest(directory)) === undefined) return undefined
  return (await readManifest(directory)).manifest
}

interface FileContext {
  readonly manifest: Manifest | undefined
  readonly limits: ScanLimits
  /** Whether the plugin starts with it: then it has to be understood. */
  readonly isEntry: boolean
}

interface FileResult {
  readonly findings: readonly Finding[]
  readonly errors: readonly ScanFault[]
}

const javascript = /^\.[cm]?[jt]sx?$/

async function scanFile(
  directory: string,
  { path, bytes }: FoundFile,
  context: FileContext,
): Promise<FileResult> {
  const file = neutralText(path, 255)
  const full = join(directory, path)
  try {
    const form = nativeForm(await readHead(full))
    if (form !== undefined || extname(path) === '.node')
      return { findings: [finding('native-binary', file, form ?? 'a Node addon')], errors: [] }
    const isCode = isJavascript(path, context) || isPython(path)
    if (!isCode && !mayHoldHook(path)) return { findings: [], errors: [] }
    if (bytes > context.limits.maxFileBytes) {
      const message = `Cannot look at more than ${context.limits.maxFileBytes} bytes of a file`
      return { findings: [], errors: [{ file, message }] }
    }
    const data = await readFileBounded(full, { maxBytes: context.limits.maxFileBytes })
    const text = data.toString('utf8').replace(/^\uFEFF/, '')
    const lines = new LineIndex(text)
    const found: Finding[] = mayHoldHook(path)
      ? installHooks(path, text).map(({ what, at }) =>
          finding('install-hook', file, what, lines, at),
        )
      : []
    if (!isCode) return { findings: found, errors: [] }
    const result = await readCode(path, text, isPython(path))
    return withCode({ file, lines, found, result }, context)
  } catch (error) {
    return { findings: [], errors: [{ file, message: reasonOf(error) }] }
  }
}

function withCode(
  {
    file,
    lines,
    found,
    result,
  }: {
    readonly file: string
    readonly lines: LineIndex
    readonly found: readonly Finding[]
    readonly result: EngineResult
  },
  { manifest, isEntry }: FileContext,
): FileResult {
  if (!result.ok) {
    const why = neutralText(result.why, 200)
    const broken = finding('unparseable', file, why, lines, result.at)
    const errors = isEntry ? [{ file, message: `Cannot parse the plugin's entry: ${why}` }] : []
    return { findings: [...found, broken], errors }
  }
  const more = result.facts.flatMap((fact) => {
    const rule = ruleOf(fact, manifest)
    return rule === undefined ? [] : [finding(rule, file, fact.what, lines, fact.at)]
  })
  return { findings: [...found, ...more], errors: [] }
}

function ruleOf(fact: SourceFact, manifest: Manifest | undefined): RuleName | undefined {
  if (fact.kind === 'breach') return fact.rule
  return manifest === undefined ? undefined : undeclaredUse(fact.capability, manifest)
}

async function readCode(path: string, text: string, python: boolean): Promise<EngineResult> {
  if (python) {
    const { readPython } = await import('./engines/python/read-python.ts')
    return readPython(text)
  }
  const { readJavascript } = await import('./engines/javascript/read-javascript.ts')
  return readJavascript(javascript.test(extname(path)) ? path : `${path}.mjs`, text)
}

// Node takes an entry of any name for JavaScript.
function isJavascript(path: string, { manifest, isEntry }: FileContext): boolean {
  if (path.endsWith('.d.ts') || path.endsWith('.d.mts') || path.endsWith('.d.cts')) return false
  return javascript.test(extname(path)) || (isEntry && manifest?.runtime === 'node')
}

function isPython(path: string): boolean {
  return /\.pyw?$/.test(path)
}

async function readHead(path: string): Promise<Buffer> {
  const handle = await open(path)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(8), 0, 8, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}

function finding(rule: RuleName, file: string, what: string, lines?: LineIndex, at = 0): Finding {
  const { id, severity, summary, help } = ruleTable[rule]
  const { line, column, snippet } = lines?.locate(at) ?? { line: 1, column: 1, snippet: '' }
  return {
    id,
    rule,
    severity,
    message: `${summary.slice(0, -1)}: ${neutralText(what, 120)}`,
    file,
    line,
    column,
    help,
    ...(snippet === '' ? {} : { snippet }),
  }
}

function reasonOf(error: unknown): string {
  if (isMbError(error)) return neutralText(error.message, 400)
  const code = errorCode(error)
  if (code !== undefined) return `Cannot look at it: ${code}`
  return neutralText(error instanceof Error ? error.message : String(error), 400)
}
