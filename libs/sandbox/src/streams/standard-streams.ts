import type { ChildProcess } from 'node:child_process'
import { createReadStream, createWriteStream, fstatSync, readFileSync, statSync } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { isatty } from 'node:tty'
import { SandboxError } from '../sandbox-error.ts'
import type { StreamChoice } from '../sandbox.ts'
import { isInForeground } from './foreground.ts'

type Name = 'stdin' | 'stdout' | 'stderr'

/** What the program's standard streams are in truth. */
export interface HandedStreams extends Readonly<Record<Name, StreamChoice>> {
  /** Those that were to be inherited, and are pipes that the host fills or empties. */
  readonly relayed: ReadonlySet<Name>
  /** Whether one is the person's terminal. */
  readonly hasTerminal: boolean
}

const descriptors: Readonly<Record<Name, number>> = { stdin: 0, stdout: 1, stderr: 2 }

/**
 * Decides what becomes of the streams that the program shall inherit.
 *
 * A descriptor is more than a stream: `/proc/self/fd` opens its file anew, with the rights of the file's mode, and a
 * folder leads to everything beside it. So only pipes, sockets, terminals and `/dev/null` are handed on as they are.
 * A terminal is not, while the shell has this process in the background: a jail is in a session of its own, where the kernel
 * would not keep it from reading what the person types for others.
 *
 * @throws SandboxError `MB_SANDBOX_POLICY` for a folder
 */
export function handOnStreams(chosen: Readonly<Record<Name, StreamChoice>>): HandedStreams {
  const relayed = new Set<Name>()
  let hasTerminal = false
  const handOn = (name: Name): StreamChoice => {
    if (chosen[name] !== 'inherit') return chosen[name]
    const kind = kindOf(name)
    const isOurTerminal = kind === 'terminal' && isInForeground()
    hasTerminal ||= isOurTerminal
    if (isOurTerminal || kind === 'stream') return 'inherit'
    // To read it would stop this process, as with every program in the background, whether its program reads or not.
    if (kind === 'terminal' && name === 'stdin') return 'ignore'
    relayed.add(name)
    return 'pipe'
  }
  const streams = { stdin: handOn('stdin'), stdout: handOn('stdout'), stderr: handOn('stderr') }
  return { ...streams, relayed, hasTerminal }
}

/**
 * Carries what goes through the relayed streams.
 *
 * @returns whether all output was written, once there is no more
 */
export async function relayStreams(
  program: ChildProcess,
  { relayed }: HandedStreams,
): Promise<boolean> {
  if (relayed.has('stdin') && program.stdin !== null)
    // A program that reads no more than it needs closes the pipe: that is its right.
    pipeline(readInput(), program.stdin).catch(() => {})
  const outputs = (['stdout', 'stderr'] as const).map(async (name) => {
    const output = program[name]
    if (!relayed.has(name) || output === null) return
    await pipeline(output, createWriteStream('', { fd: descriptors[name], autoClose: false }))
  })
  const outcomes = await Promise.allSettled(outputs)
  return outcomes.every(({ status }) => status === 'fulfilled')
}

/** Standard input from where it stands, without moving on: whoever shares it, as a loop of a shell, reads on from there. */
function readInput(): NodeJS.ReadableStream {
  const facts = readFileSync(`/proc/self/fdinfo/${descriptors.stdin}`, 'utf8')
  const start = Number(/^pos:\s*(\d+)$/m.exec(facts)?.[1] ?? 0)
  const isSeekable = !fstatSync(descriptors.stdin).isCharacterDevice()
  return createReadStream('', {
    fd: descriptors.stdin,
    autoClose: false,
    ...(isSeekable ? { start } : {}),
  })
}

function kindOf(name: Name): 'stream' | 'terminal' | 'file' {
  const descriptor = descriptors[name]
  const facts = fstatSync(descriptor)
  if (facts.isDirectory()) {
    throw new SandboxError(
      'MB_SANDBOX_POLICY',
      `Cannot hand on ${words[name]}: it is a folder, which would lead out of the sandbox`,
      { hint: 'Redirect it to a file, or to /dev/null' },
    )
  }
  if (facts.isFIFO() || facts.isSocket()) return 'stream'
  if (!facts.isCharacterDevice()) return 'file'
  if (isatty(descriptor)) return 'terminal'
  return facts.rdev === nullDevice() ? 'stream' : 'file'
}

const words: Readonly<Record<Name, string>> = {
  stdin: 'standard input',
  stdout: 'standard output',
  stderr: 'standard error',
}

function nullDevice(): number | undefined {
  return statSync('/dev/null', { throwIfNoEntry: false })?.rdev
}
