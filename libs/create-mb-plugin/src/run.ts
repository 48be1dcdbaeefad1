import { readFile } from 'node:fs/promises'
import { createPlugin, SdkError, type CreatedPlugin } from '@mb/sdk'
import { exitCodeOf } from './exit-codes.ts'
import { help, parseWords, WordsError, type Request } from './parse-words.ts'

/** Where a run prints to. */
export interface Streams {
  readonly stdout: { write(text: string): unknown }
  readonly stderr: { write(text: string): unknown }
}

/**
 * Does what the words of a command line ask, and tells how it went.
 *
 * @returns the exit code: 0, 1 failure, 2 wrong words, 3 refused, 130 interrupted
 */
export async function run(
  words: readonly string[],
  { stdout, stderr }: Streams,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<number> {
  const isJson = words.includes('--json')
  try {
    stdout.write(await answer(parseWords(words), isJson, options.signal))
    return 0
  } catch (error) {
    const failure = failureOf(error, options.signal)
    if (isJson) stdout.write(failureAsJson(failure))
    else stderr.write(failureAsText(failure))
    return failure.exitCode
  }
}

async function answer(
  request: Request,
  isJson: boolean,
  signal: AbortSignal | undefined,
): Promise<string> {
  if (request.kind === 'help') return help
  if (request.kind === 'version') return `${await readVersion()}\n`
  const plugin = await createPlugin({ ...request.options, signal })
  return isJson ? `${JSON.stringify(plugin)}\n` : describe(plugin)
}

interface Failure {
  readonly code: string
  readonly message: string
  readonly hint?: string | undefined
  readonly exitCode: number
}

function failureOf(error: unknown, signal: AbortSignal | undefined): Failure {
  if (error instanceof WordsError)
    return { code: 'MB_USAGE', message: error.message, hint: error.hint, exitCode: 2 }
  if (error instanceof SdkError) {
    const { code, message, hint } = error
    return { code, message, hint, exitCode: exitCodeOf(error) }
  }
  if (signal?.aborted === true)
    return { code: 'MB_INTERRUPTED', message: 'Interrupted', exitCode: 130 }
  const message = error instanceof Error ? error.message : String(error)
  if (error instanceof Error && 'syscall' in error)
    return { code: 'MB_SYSTEM', message: `Cannot go on: ${message}`, exitCode: 1 }
  return { code: 'MB_BUG', message, hint: 'This is a fault of create-mb-plugin', exitCode: 70 }
}

function failureAsText({ code, message, hint }: Failure): string {
  return `${message} (${code})\n${hint === undefined ? '' : `${hint}\n`}`
}

function failureAsJson({ code, message, hint, exitCode }: Failure): string {
  return `${JSON.stringify({ ok: false, error: { code, message, hint, exitCode } })}\n`
}

function describe(plugin: CreatedPlugin): string {
  const next = plugin.nextCommands.map((command) => `  ${command}\n`).join('')
  return `Created plugin "${plugin.name}": ${plugin.files.length} files in ${plugin.directory}\n\nNext:\n${next}`
}

async function readVersion(): Promise<string> {
  const text = await readFile(new URL('../package.json', import.meta.url), 'utf8')
  const { version }: { readonly version: string } = JSON.parse(text)
  return version
}
