import { realpathSync } from 'node:fs'
import { constants } from 'node:os'
import { resolve } from 'node:path'
import { isInside, type ErrorOutcome, type MbError } from '@mb/kernel'
import { openSandbox, type Exit, type Receipt, type Sandbox } from '@mb/sandbox'
import { CliError, exitCodeOf } from '../../cli-error.ts'
import { readMinimum } from '../../configuration.ts'
import { probeCache } from './probe-cache.ts'
import type { Context } from '../../context.ts'
import { formatBytes, formatDuration } from '../../output/amounts.ts'
import type { Output } from '../../output/output.ts'
import { parseDuration } from '../../parse/duration.ts'
import type { Invocation } from '../../parse/invocation.ts'
import { parseSize } from '../../parse/size.ts'
import { showReceipt } from './receipt-screen.ts'
import { text } from '../../output/style.ts'

/** How a jailed command ended; its output only where nobody else got it. */
interface JailedRun extends Exit {
  readonly stdout?: string
  readonly stderr?: string
  readonly receipt: Receipt
}

/** Runs a command in a jail, its streams being the person's, or captured for `--json`. */
export async function run(invocation: Invocation, context: Context): Promise<JailedRun> {
  const { workspace, signal } = context
  const paths = (name: string): readonly string[] =>
    invocation.list(name).map((path) => resolvePath(path, name, workspace))
  const [read, write] = [paths('read'), paths('write')]
  const memory = invocation.option('memory')
  const time = invocation.option('time')
  await using sandbox = await openSandbox({
    policy: { fs: { read, write }, env: harmless(context.env) },
    limits: {
      memoryBytes: memory === undefined ? undefined : parseSize(memory),
      wallMs: time === undefined ? undefined : parseDuration(time),
    },
    minimum: await readMinimum(context),
    cacheDirectory: probeCache(context),
  })
  // What is granted makes the folders above it visible, empty but for it.
  const isVisible = [...read, ...write]
    .map(withoutLinks)
    .some((path) => isInside(path, workspace) || isInside(workspace, path))
  const options = { cwd: isVisible ? workspace : undefined, signal }
  const command = [invocation.argument('command'), invocation.rest('arguments')] as const
  const result = context.settings.isJson
    ? await sandbox.run(...command, options)
    : await passThrough(sandbox, command, options)
  // Ended by the person: that is told by the reason, not by how the command took it.
  signal.throwIfAborted()
  return result
}

/** An empty path, as of a variable that is not set, would be the folder that the person is in, which nobody named. */
function resolvePath(path: string, option: string, workspace: string): string {
  if (path !== '') return resolve(workspace, path)
  throw new CliError('MB_CLI_VALUE', `Cannot grant "" with --${option}: it is no path`, {
    hint: 'Name a file or folder; the one that you are in is "."',
  })
}

/** The path by which it is seen inside; what does not exist is refused later. */
function withoutLinks(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

async function passThrough(
  sandbox: Sandbox,
  [command, args]: readonly [string, readonly string[]],
  options: { readonly cwd: string | undefined; readonly signal: AbortSignal },
): Promise<JailedRun> {
  await using child = await sandbox.spawn(command, args, {
    ...options,
    stdin: 'inherit',
    stdout: 'inherit',
    stderr: 'inherit',
  })
  const exit = await child.exited
  return { ...exit, receipt: child.receipt }
}

/** Says what ended it; with `--verbose` also how it was confined. */
export function render(result: JailedRun, _output: Output, context: Context): void {
  const { aside } = context
  if (result.ended !== undefined)
    aside.line(
      text`${aside.style.bad('ended')} by its limit of ${result.ended === 'wall' ? 'time' : result.ended}`,
    )
  if (!context.settings.isVerbose) return
  showReceipt(result.receipt, aside)
  const { cpuMs, wallMs, peakMemoryBytes } = result.usage
  aside.line(
    text`${formatDuration(cpuMs)} of CPU in ${formatDuration(wallMs)}, ${formatBytes(peakMemoryBytes)} of memory`,
  )
}

/** The command's own code, or what ended it. */
export function exitCode({ code, signal, ended }: JailedRun): number {
  if (ended === 'memory') return 137
  if (ended !== undefined) return 124
  return code ?? 128 + (signal === null ? 0 : constants.signals[signal])
}

const failureCodes: Readonly<Partial<Record<ErrorOutcome, number>>> = {
  failure: 125,
  refused: 126,
  'not-found': 127,
}

/** What kept the command from running, told apart from the command's own codes as shells do. */
export function failureCode({ outcome }: MbError): number {
  return failureCodes[outcome] ?? exitCodeOf(outcome)
}

// What a program needs to write for this terminal and language, and nothing that could hold a secret.
function harmless(env: NodeJS.ProcessEnv): Record<string, string> {
  const names = [
    'TERM',
    'COLORTERM',
    'NO_COLOR',
    'FORCE_COLOR',
    'COLUMNS',
    'LINES',
    'LANG',
    'LC_ALL',
    'TZ',
  ]
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = env[name]
      return value === undefined ? [] : [[name, value]]
    }),
  )
}
