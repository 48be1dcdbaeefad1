import { spawn, type ChildProcess } from 'node:child_process'
import { Duplex } from 'node:stream'
import { SandboxError } from '../sandbox-error.ts'
import type { StreamChoice } from '../sandbox.ts'
import type { Architecture } from '../seccomp/system-calls.ts'
import { LineReader } from './line-reader.ts'
import { loaderArguments, type Loader } from './loader.ts'

/** What has to be known to start a loader; all else it is told in its setup. */
export interface LoaderOrder {
  readonly loader: Loader
  readonly architecture: Architecture
  readonly stdin: StreamChoice
  readonly stdout: StreamChoice
  readonly stderr: StreamChoice
  readonly channel: boolean
}

/** A loader that waits for its setup. */
export interface LoaderProcess {
  readonly child: ChildProcess
  readonly control: LineReader
  readonly status: LineReader
  /** Settles when it has ended. */
  readonly gone: Promise<void>
}

/**
 * Starts a loader.
 *
 * @throws SandboxError `MB_SANDBOX_FAILED`
 */
export function startLoader(order: LoaderOrder): LoaderProcess {
  const { loader, architecture, channel, stdin, stdout, stderr } = order
  const child = spawn(
    loader.tool.path,
    [...loader.options, loader.script, ...loaderArguments(architecture, channel)],
    {
      // The first process inside keeps this environment readable.
      env: {},
      cwd: '/',
      // Ctrl-C goes to whoever is in the terminal's foreground: the host, which decides what to hand on.
      detached: true,
      stdio: [stdin, stdout, stderr, channel ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    },
  )
  const gone = waitForExit(child)
  return {
    child,
    control: new LineReader(socketOf(child, 4)),
    status: new LineReader(socketOf(child, 5)),
    gone,
  }
}

/** The host's end of a socket pair. */
export function socketOf(child: ChildProcess, index: number): Duplex {
  const stream: unknown = child.stdio[index]
  if (stream instanceof Duplex) return stream
  throw new SandboxError('MB_SANDBOX_FAILED', 'Cannot start a sandbox: its loader did not start')
}

async function waitForExit(child: ChildProcess): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  child.once('exit', () => resolve(undefined))
  // It did not start at all; set-up then finds that nothing was said.
  child.once('error', () => resolve(undefined))
  await promise
}
