import { errorCode, isMbError, redact, type MbError } from '@mb/kernel'
import { CliError } from './cli-error.ts'
import type { Output } from './output/output.ts'
import { readVersion } from './version.ts'
import { text } from './output/style.ts'

/** The error that `mb` reports for whatever was thrown. */
export function reportable(error: unknown, signal: AbortSignal): MbError {
  if (isMbError(error)) return error
  // What went wrong first, and not that it could not be cleaned up after.
  if (error instanceof SuppressedError) return reportable(error.suppressed, signal)
  if (signal.aborted && isAbort(error))
    return reportable(signal.reason, new AbortController().signal)
  if (isSystemError(error)) {
    return new CliError('MB_CLI_SYSTEM', `Cannot go on: ${error.message}`, {
      hint: systemHint(error),
      cause: error,
    })
  }
  const message = error instanceof Error ? error.message : String(error)
  return new CliError('MB_BUG', `Cannot go on: ${message}`, {
    hint: `This is a bug in mb ${readVersion()}: report it with what you typed and what --debug prints`,
    cause: error,
  })
}

/** An error as `--json` prints it. */
export function errorValue(error: MbError, exitCode: number): unknown {
  return {
    ok: false,
    error: {
      code: error.code,
      message: error.message,
      hint: error.hint ?? null,
      exitCode,
      ...(error.details === undefined ? {} : { details: error.details }),
    },
  }
}

/** Shows an error to a person. */
export function renderError(error: MbError, output: Output, isDebug: boolean): void {
  const { style } = output
  output.line(text`${style.bad('error')} ${error.message} ${style.faint(`(${error.code})`)}`)
  for (const finding of findingsOf(error)) output.line(text`  ${finding}`)
  const [hint, ...steps] = error.hint?.split('\n') ?? []
  if (hint !== undefined) output.line(text`${style.name('hint')}  ${hint}`)
  for (const step of steps) output.line(text`      ${step}`)
  if (isDebug) output.text(stacks(error))
}

const mostFindings = 20

function findingsOf(error: MbError): readonly string[] {
  const { findings, reasons } = error.details ?? {}
  const all: unknown = findings ?? reasons
  return Array.isArray(all) ? listed(all, error.message) : []
}

function listed(findings: readonly unknown[], message: string): readonly string[] {
  const [first] = findings
  if (findings.length === 1 && isToldBy(message, first)) return []
  const shown = findings.slice(0, mostFindings).map(findingLine)
  const more = findings.length - shown.length
  return more > 0 ? [...shown, `and ${more} more`] : shown
}

/** Whether a single one stands in the message already, its place too. */
function isToldBy(message: string, finding: unknown): boolean {
  const [what, file, line] = ['message', 'file', 'line'].map((name) => memberOf(finding, name))
  const hasWords = message.toLowerCase().includes((what ?? '').toLowerCase())
  return hasWords && (file === '' || message.includes(`${file}:${line}`))
}

function findingLine(finding: unknown): string {
  const member = (name: string): string => memberOf(finding, name)
  const place = [member('file'), member('line'), member('column')]
    .filter((part) => part !== '')
    .join(':')
  const hint = member('hint') || member('help')
  return [
    place === '' ? '' : `${place} `,
    member('message'),
    hint === '' ? '' : `: ${hint.charAt(0).toLowerCase()}${hint.slice(1)}`,
  ].join('')
}

function memberOf(finding: unknown, name: string): string {
  const value: unknown =
    typeof finding === 'object' && finding !== null ? Reflect.get(finding, name) : undefined
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

function stacks(error: unknown): string {
  const parts: string[] = []
  for (let each = error; each instanceof Error && parts.length < 10; each = each.cause)
    parts.push(each.stack ?? each.message)
  // A cause may be a stranger's error, which repeats what was typed.
  return redact(parts.join('\ncaused by '))
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || errorCode(error) === 'ABORT_ERR')
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && errorCode(error) !== undefined
}

const systemHints: Readonly<Record<string, string>> = {
  ENOENT: 'Check the path',
  EACCES: 'Check who may read and write there',
  EPERM: 'Check who may read and write there',
  EROFS: 'Check who may read and write there',
  ENOSPC: 'Free some space',
  EDQUOT: 'Free some space',
  EMFILE: 'Raise the limit of open files (ulimit -n)',
  ENFILE: 'Raise the limit of open files (ulimit -n)',
}

function systemHint(error: NodeJS.ErrnoException): string {
  return systemHints[error.code ?? ''] ?? 'Run it again with --debug to see where it happened'
}
