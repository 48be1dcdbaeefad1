import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { basename, extname, join, posix } from 'node:path'
import { errorCode, isMbError, readFileBounded } from '@mb/kernel'
import { neutralText } from '@mb/manifest'
import type { Claims } from './claims.ts'
import type { EngineResult, SourceFact } from './engines/source-use.ts'
import type { Finding, ScanFault } from './finding.ts'
import { LineIndex } from './line-index.ts'
import { installHooks, isSetupCode, mayHoldHook } from './rules/install-hook.ts'
import { nativeForm } from './rules/native-binary.ts'
import { ruleTable, type RuleName } from './rules/rules.ts'
import { undeclaredUse } from './rules/undeclared-use.ts'
import type { ScanLimits } from './scan-limits.ts'
import type { FoundFile } from './walk-files.ts'

/** What has to be known to judge a file. */
export interface FileContext {
  readonly claims: Claims | undefined
  readonly limits: ScanLimits
  /** Whether the plugin starts with it: then it has to be understood. */
  readonly isEntry: boolean
  /** Whether code loads it as JavaScript, under whatever name. */
  readonly isLoaded: boolean
}

/** What a file came to. */
export interface FileReport {
  readonly findings: readonly Finding[]
  readonly errors: readonly ScanFault[]
  /** Whether it would come to the same if some code loaded it. */
  readonly isSettled: boolean
  /** Files of the folder that it loads as code. */
  readonly loads: readonly string[]
}

type Language = 'javascript' | 'python'

const nothing: FileReport = { findings: [], errors: [], isSettled: false, loads: [] }

/** Judges one file; what goes wrong is told, never thrown. */
export async function scanFile(
  directory: string,
  { path, bytes }: FoundFile,
  context: FileContext,
): Promise<FileReport> {
  const file = neutralText(path, 255)
  const full = join(directory, path)
  const { maxFileBytes } = context.limits
  try {
    const head = await readHead(full)
    const form = nativeForm(path, head)
    const native = form === undefined ? [] : [finding('native-binary', file, form)]
    const language = languageOf(path, head.toString('latin1'), context)
    if (language === undefined && !mayHoldHook(path)) return { ...nothing, findings: native }
    // A library is loaded by the same functions as JavaScript; it is told of, and no text.
    if (form !== undefined && !context.isEntry && !isScript(path))
      return { ...nothing, findings: native, isSettled: true }
    if (bytes > maxFileBytes)
      return {
        ...nothing,
        isSettled: true,
        errors: [{ file, message: `Cannot look at more than ${maxFileBytes} bytes of a file` }],
      }
    const data = await readFileBounded(full, { maxBytes: maxFileBytes })
    const text = data.toString('utf8').replace(/^\uFEFF/, '')
    const lines = new LineIndex(text)
    const hooks = installHooks(path, text).map(({ rule, what, at }) =>
      finding(rule, file, what, lines, at),
    )
    const early = [...native, ...hooks]
    if (language === undefined) return { ...nothing, findings: early, loads: mainOf(path, text) }
    const result = await readCode(path, text, language)
    return judgeCode(path, { file, lines, early, result }, context)
  } catch (error) {
    return { ...nothing, isSettled: true, errors: [{ file, message: reasonOf(error) }] }
  }
}

function judgeCode(
  path: string,
  code: {
    readonly file: string
    readonly lines: LineIndex
    readonly early: readonly Finding[]
    readonly result: EngineResult
  },
  { claims: all, isEntry, isLoaded }: FileContext,
): FileReport {
  // Nobody runs the tests of an installed plugin, and the sandbox would deny them what was not asked for.
  const claims = isTest(path) && !isEntry && !isLoaded ? undefined : all
  const { file, lines, early, result } = code
  if (!result.ok) {
    const why = neutralText(result.why, 200)
    const broken = finding('unparseable', file, why, lines, result.at)
    const message = `Cannot parse the plugin's entry: ${why}`
    const errors = isEntry ? [{ file, message }] : []
    return { findings: [...early, broken], errors, isSettled: true, loads: [] }
  }
  const findings = firstOfEach(result.facts).flatMap((fact) => {
    const rule = ruleOf(fact, claims)
    return rule === undefined ? [] : [finding(rule, file, fact.what, lines, fact.at)]
  })
  const atSetup = isSetupCode(path)
    ? result.facts
        .filter(
          (fact) => fact.kind === 'breach' || (fact.kind === 'use' && fact.capability !== 'files'),
        )
        .slice(0, 1)
        .map(({ what, at }) =>
          finding('install-hook', file, `setup.py, which uses ${what}`, lines, at),
        )
    : []
  const loads = result.facts.flatMap((fact) =>
    fact.kind === 'load' ? [posix.join(posix.dirname(path), fact.what)] : [],
  )
  const isSettled = isLoaded || !isTest(path)
  return { findings: [...early, ...atSetup, ...findings], errors: [], isSettled, loads }
}

/** A use counts once in a file, where it comes first; what is hidden counts each time. */
function firstOfEach(facts: readonly SourceFact[]): readonly SourceFact[] {
  const seen = new Set<string>()
  return facts.filter((fact) => {
    if (fact.kind !== 'use' || !seen.has(fact.what)) {
      seen.add(fact.what)
      return true
    }
    return false
  })
}

function ruleOf(fact: SourceFact, claims: Claims | undefined): RuleName | undefined {
  if (fact.kind === 'breach') return fact.rule
  return fact.kind === 'use' ? undeclaredUse(fact.capability, claims) : undefined
}

/** The file that a package stands for: Node takes it for JavaScript, whatever its name. */
function mainOf(path: string, text: string): readonly string[] {
  if (basename(path) !== 'package.json') return []
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return []
  }
  const main: unknown =
    typeof value === 'object' && value !== null && 'main' in value ? value.main : undefined
  const isCode = typeof main === 'string' && !/\.(?:json|node|wasm|css|scss|sass|less)$/.test(main)
  return isCode ? [posix.join(posix.dirname(path), main)] : []
}

const javascript = /^\.[cm]?[jt]sx?$/

function languageOf(path: string, head: string, context: FileContext): Language | undefined {
  // Declarations hold types, which never run.
  if (/\.d\.[cm]?ts$/.test(path) && !context.isLoaded) return undefined
  if (/\.pyw?$/.test(path)) return 'python'
  if (isScript(path) || context.isLoaded) return 'javascript'
  if (/^#!.*\b(?:node|bun|deno)\b/.test(head)) return 'javascript'
  if (/^#!.*\bpython/.test(head)) return 'python'
  return undefined
}

function isTest(path: string): boolean {
  const name = basename(path)
  return (
    /\.(?:test|spec)\.[cm]?[jt]sx?$/.test(name) || /^(?:test_.*|.*_test|conftest)\.py$/.test(name)
  )
}

/** Whether a file's name says that it is JavaScript or TypeScript. */
export function isScript(path: string): boolean {
  return javascript.test(extname(path).toLowerCase())
}

async function readCode(path: string, text: string, language: Language): Promise<EngineResult> {
  if (language === 'python') {
    const { readPython } = await import('./engines/python/read-python.ts')
    return readPython(text)
  }
  const { readJavascript } = await import('./engines/javascript/read-javascript.ts')
  return readJavascript(isScript(path) ? basename(path).toLowerCase() : 'file.js', text)
}

async function readHead(path: string): Promise<Buffer> {
  // A pipe that took the file's place would block the open for ever.
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(128), 0, 128, 0)
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
