import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { constants } from 'node:os'
import type { Duplex, Readable, Writable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import type { ResourceLimit } from '../limits.ts'
import { SandboxError } from '../sandbox-error.ts'
import { DenialCounts } from '../seccomp/denial-counts.ts'
import type { StreamChoice } from '../sandbox.ts'
import type { Architecture } from '../seccomp/system-calls.ts'
import { explainFailure } from './explain-failure.ts'
import { gateCommand } from './gate.ts'
import type { BuildOrder } from './jail-builder.ts'
import { Descendants } from './descendants.ts'
import type { JailMembers } from './jail-members.ts'
import { NamespaceMembers } from './namespace-members.ts'
import { endOrphans } from './orphans.ts'
import { findProgram } from './find-program.ts'
import { pause } from './pause.ts'
import { parseAccount, parseKeyring, type KernelAccount } from './last-words.ts'
import type { LineReader } from '../loader/line-reader.ts'
import { encodeSetup, type Loader } from '../loader/loader.ts'
import { socketOf, startLoader, type LoaderOrder } from '../loader/loader-process.ts'
import type { SpareLoader } from '../loader/spare-loader.ts'
import { readStat } from '../machine/process-stat.ts'
import { handOnStreams, relayStreams, type HandedStreams } from '../streams/standard-streams.ts'

/** What a jail is launched from. */
export interface Launch {
  readonly loader: Loader
  readonly architecture: Architecture
  readonly build: BuildOrder
  readonly resourceLimits: readonly ResourceLimit[]
  readonly threads: number | undefined
  /** Makes the cgroups that hold the run, and gives their folders; with the loader, where one of this user starts the jail. */
  readonly groups?: ((loader?: number) => Promise<readonly string[]>) | undefined
  readonly command: readonly string[]
  readonly stdin: StreamChoice
  readonly stdout: StreamChoice
  readonly stderr: StreamChoice
  readonly channel: boolean
  readonly signal: AbortSignal | undefined
  /** Where a loader may be ready. */
  readonly spare?: SpareLoader | undefined
}

/** A jail whose program is stopped before its first instruction. */
export interface LaunchedJail {
  readonly supervisor: ChildProcess
  /** What the event loop waits for on its behalf. */
  readonly handles: readonly unknown[]
  /** The host's ends, where it asked for pipes. */
  readonly stdin: Writable | null
  readonly stdout: Readable | null
  readonly stderr: Readable | null
  /** Whether it holds the person's terminal. */
  readonly hasTerminal: boolean
  readonly channel: Duplex | null
  readonly pid: number
  /** The process whose only child the program is: the first one inside, or where there is no such, the loader. */
  readonly init: number
  readonly members: JailMembers
  /** Paths, as the host finds them, of its file systems in memory, where they are not those of the plan. */
  readonly scratch?: readonly string[]
  readonly keyring: { readonly before: number; readonly after: number } | undefined
  /** Numbers of errors that came of the trials, 0 for what worked, by their words. */
  readonly tried: ReadonlyMap<string, number>
  /** The calls that were denied, where they are counted. */
  readonly denials: DenialCounts | undefined
  /** Settles when everything inside is gone; undefined where the loader was ended too, and could not tell. */
  readonly ended: Promise<KernelAccount | undefined>
  /** Whether all of it is gone already. */
  isGone(): boolean
}

/**
 * Builds a jail and stops at its gate.
 *
 * @throws SandboxError `MB_SANDBOX_FAILED` with what the builder said
 */
export async function launch(options: Launch): Promise<LaunchedJail> {
  const { remove, start = build } = options.build
  if (remove === undefined) return start(options)
  // What cannot be taken away now is swept later: the program has ended as it has.
  const clean = (): Promise<void> => remove().catch(() => {})
  try {
    const jail = await start(options)
    return { ...jail, ended: jail.ended.finally(clean) }
  } catch (error) {
    await clean()
    throw error
  }
}

async function build(options: Launch): Promise<LaunchedJail> {
  options.signal?.throwIfAborted()
  const mark = nextMark()
  const streams = handOnStreams(options)
  const order = loaderOrder(options, streams)
  const {
    child: supervisor,
    control,
    status,
    gone,
  } = options.spare?.take(order) ?? startLoader(order)
  const relayed = relayStreams(supervisor, streams)
  const account = control.find(parseAccount)
  const denials = options.build.countsDenials
    ? new DenialCounts(status.socket, options.architecture)
    : undefined
  let isGone = false
  let members: Descendants | undefined
  // The account is the loader's last word, once all that it started is gone; its own end may come a moment later.
  const ended = account.then(async (kept) => {
    if (kept === undefined) {
      await gone
      members?.endLeft()
    }
    if (denials !== undefined) await whenOver(status.socket)
    isGone = true
    return (await relayed) ? kept : unkept(kept)
  })
  const timeout = setTimeout(() => supervisor.kill('SIGTERM'), setupTimeoutMs)
  let isSettled = false
  // What the loader started may outlive it and hold the sockets open: nothing more is waited for.
  const hangUp = async (): Promise<void> => {
    await gone
    if (!isSettled) await delay(lastWordsMs)
    if (!isSettled) for (const { socket } of [control, status]) socket.destroy()
  }
  void hangUp()
  const abort = (): boolean => supervisor.kill('SIGTERM')
  options.signal?.addEventListener('abort', abort, { once: true })
  try {
    control.socket.end(
      encodeSetup({
        resourceLimits: options.resourceLimits,
        groups: (await options.groups?.(supervisor.pid)) ?? [],
        isScoped: options.build.isScoped,
        command: [
          ...options.build.command,
          ...gateCommand(mark, options.threads, options.build.gate ?? 'itself'),
          ...options.command,
        ],
        data: options.build.data,
      }),
    )
    const [keyring, init, ready] = await Promise.all([
      control.find(parseKeyring),
      status.find(parseInit),
      status.find((line) => (line === 'ready' ? true : undefined)),
    ])
    if (init === undefined || ready === undefined) throw setupFailed(supervisor, [control, status])
    const pid = await findProgram(init)
    if (init === supervisor.pid) members = new Descendants(init)
    else await settleInit(init)
    if (!isAlive(supervisor)) throw loaderEnded()
    // Bubblewrap writes a last line there. What comes from inside the jail from here on is not believed.
    void ended.finally(() => status.socket.destroy())
    return {
      supervisor,
      handles: [supervisor, ...supervisor.stdio],
      stdin: options.stdin === 'pipe' ? supervisor.stdin : null,
      stdout: options.stdout === 'pipe' ? supervisor.stdout : null,
      stderr: options.stderr === 'pipe' ? supervisor.stderr : null,
      hasTerminal: streams.hasTerminal,
      channel: channelOf(supervisor, options),
      pid,
      init,
      members: members ?? new NamespaceMembers(init),
      keyring,
      tried: parseTried(status.lines),
      denials,
      ended,
      isGone: () => isGone,
    }
  } catch (error) {
    await endLoader(supervisor, gone)
    if (supervisor.signalCode !== null) endOrphans(mark)
    options.signal?.throwIfAborted()
    throw error
  } finally {
    isSettled = true
    clearTimeout(timeout)
    options.signal?.removeEventListener('abort', abort)
  }
}

let marks = 0

/** No other process of this machine has it. */
function nextMark(): string {
  marks += 1
  return `mb-${process.pid}-${process.hrtime.bigint()}-${marks}`
}

// Setting up takes 10 ms; a machine that swaps may take seconds.
const setupTimeoutMs = 15_000
const lastWordsMs = 200
const endingTimeoutMs = 2000

/** What a loader for this launch is started with. */
export function loaderOrder(
  { loader, architecture, channel }: Launch,
  { stdin, stdout, stderr }: Pick<HandedStreams, 'stdin' | 'stdout' | 'stderr'>,
): LoaderOrder {
  return { loader, architecture, channel, stdin, stdout, stderr }
}

/** The first process takes its filter while the program already runs to the gate; the receipt judges both. */
async function settleInit(init: number): Promise<void> {
  for (let attempt = 0; attempt < 150; attempt += 1) {
    if (/^Seccomp:\t2$/m.test(readFileSync(`/proc/${init}/status`, 'utf8'))) return
    await pause(attempt)
  }
}

/** What was said last may still be on its way. */
async function whenOver(socket: Duplex): Promise<void> {
  if (socket.readableEnded || socket.destroyed) return
  const { promise, resolve } = Promise.withResolvers<undefined>()
  for (const event of ['end', 'close']) socket.once(event, () => resolve(undefined))
  await Promise.race([promise, delay(lastWordsMs, undefined, { ref: false })])
}

/** The loader ends what it started, and then itself. */
async function endLoader(supervisor: ChildProcess, gone: Promise<void>): Promise<void> {
  supervisor.kill('SIGTERM')
  const timer = setTimeout(() => supervisor.kill('SIGKILL'), endingTimeoutMs)
  await gone
  clearTimeout(timer)
}

function loaderEnded(): SandboxError {
  return new SandboxError(
    'MB_SANDBOX_FAILED',
    'Cannot start a sandbox: its loader was ended while the jail was built',
    { hint: 'Try again; a machine that is out of memory ends processes' },
  )
}

function isAlive({ pid }: ChildProcess): boolean {
  if (pid === undefined) return false
  try {
    return readStat(pid).state !== 'Z'
  } catch {
    return false
  }
}

function setupFailed(supervisor: ChildProcess, readers: readonly LineReader[]): SandboxError {
  if (supervisor.signalCode !== null) return loaderEnded()
  const said = readers
    .flatMap(({ lines }) => lines)
    .filter((line) => !line.startsWith('{') && !/^(?:keyring|used|ready|tried)/.test(line))
    .map((line) => line.replace(/^(?:bwrap|builder|loader): /, ''))
  return explainFailure(said)
}

function parseInit(line: string): number | undefined {
  const match = /^\{ *"child-pid": *(\d+)\b/.exec(line)
  return match === null ? undefined : Number(match[1])
}

/** What was told before the program began. */
function parseTried(lines: readonly string[]): ReadonlyMap<string, number> {
  return new Map(
    lines.slice(0, lines.indexOf('ready')).flatMap((line): [string, number][] => {
      const match = /^tried (\d+) (.+)$/.exec(line)
      return match?.[2] === undefined ? [] : [[match[2], Number(match[1])]]
    }),
  )
}

/** A program whose output could not be written would have been ended by that, had it written to the file itself. */
function unkept(account: KernelAccount | undefined): KernelAccount | undefined {
  return account?.status === 0 ? { ...account, status: constants.signals.SIGPIPE } : account
}

function channelOf(child: ChildProcess, { channel }: Launch): Duplex | null {
  return channel ? socketOf(child, 3) : null
}
