import { spawn, type ChildProcess } from 'node:child_process'
import { Server } from 'node:net'
import type { Loader } from '../loader/loader.ts'
import { SandboxError } from '../sandbox-error.ts'
import { callNumber, doorwayCalls, type Architecture } from '../seccomp/system-calls.ts'
import { doorwayAddress } from './doorway-address.ts'
import { perlDoorway } from './perl-doorway.ts'
import { pythonDoorway } from './python-doorway.ts'

/** What opens a doorway. */
export interface DoorwayOptions {
  readonly loader: Loader
  readonly architecture: Architecture
  readonly signal: AbortSignal | undefined
}

/**
 * Opens the one way out of a jail: a listener in its own network, which this process accepts the connections of.
 *
 * A process of ours enters that network from outside, listens, hands the socket over and ends, while the jail still stands at its
 * gate. So nothing of ours runs inside, and no path of the host has to be there.
 *
 * @param pid the program at the gate
 * @throws SandboxError `MB_SANDBOX_FAILED` with what could not be done; the reason of the signal
 */
export async function openDoorway(pid: number, options: DoorwayOptions): Promise<Server> {
  const { loader, architecture, signal } = options
  signal?.throwIfAborted()
  const numbers = Object.values(doorwayCalls).map((call) => callNumber(call, architecture))
  const words = [pid, doorwayAddress.port, ...numbers].map(String)
  const child = spawn(loader.tool.path, [...loader.options, scripts[loader.kind], ...words], {
    // Node adds the number of the channel and its format to it.
    env: {},
    cwd: '/',
    // Ctrl-C goes to whoever is in the terminal's foreground: the host, which then says that it was interrupted.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  const stop = (): boolean => child.kill('SIGKILL')
  const timeout = setTimeout(stop, timeoutMs)
  signal?.addEventListener('abort', stop, { once: true })
  try {
    return await receive(child)
  } catch (error) {
    stop()
    signal?.throwIfAborted()
    throw error
  } finally {
    clearTimeout(timeout)
    signal?.removeEventListener('abort', stop)
  }
}

const scripts: Readonly<Record<Loader['kind'], string>> = {
  perl: perlDoorway,
  python: pythonDoorway,
  helper: 'doorway',
}

// Opening takes 5 ms; a machine that swaps may take seconds.
const timeoutMs = 15_000

async function receive(child: ChildProcess): Promise<Server> {
  const { promise, resolve, reject } = Promise.withResolvers<Server>()
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text))
  child.once('message', (_message, handle) => {
    if (handle instanceof Server) resolve(handle)
    else reject(failed('what opens it handed nothing over'))
  })
  child.once('error', (error) => reject(failed(error.message, error)))
  // It waits for an answer to what it handed over: then that was received long before.
  child.once('close', () => reject(failed(said.trim() || 'what opens it was ended')))
  return promise
}

function failed(state: string, cause?: Error): SandboxError {
  return new SandboxError(
    'MB_SANDBOX_FAILED',
    `Cannot open a way from the sandbox to its proxy: ${state}`,
    {
      hint: 'Run the program without a network, or see what this machine lacks: mb sandbox doctor',
      ...(cause === undefined ? {} : { cause }),
    },
  )
}
