import type { Readable } from 'node:stream'
import { isInside } from '@mb/kernel'
import { openJails } from '../jail/open-jails.ts'
import type { SandboxPolicy } from '../policy.ts'
import type { Exit, SandboxedProcess } from '../sandbox.ts'
import type { ObserveOptions } from './observe-options.ts'
import type { Onlooker } from './onlooker.ts'
import { PrintedText } from './outcome.ts'
import type { View } from './view/view.ts'

/** A command and how it is run, each time anew. */
export interface RunOrder extends Pick<
  ObserveOptions,
  'network' | 'limits' | 'cacheDirectory' | 'signal'
> {
  readonly command: string
  readonly args: readonly string[]
  /** Without links. */
  readonly workspace: string
  readonly policy: SandboxPolicy
  readonly view: View
  readonly onlooker?: Onlooker | undefined
  readonly onOutput?: ((chunk: Uint8Array) => void) | undefined
}

/** How a run ended, with digests of what it printed. */
export interface FinishedRun extends Exit {
  readonly stdout: string
  readonly stderr: string
}

/** Runs a command once, with nothing on its standard input. */
export async function runOnce(order: RunOrder): Promise<FinishedRun> {
  const { command, args, policy, view, onlooker, network, limits, cacheDirectory, signal } = order
  await using sandbox = await openJails(
    view.builder,
    { policy, limits, cacheDirectory, network },
    {},
    { ...onlooker, show: (plan) => (onlooker?.show ?? ((same) => same))(view.show(plan)) },
  )
  await using program = await sandbox.spawn(command, args, { cwd: startOf(order), signal })
  const [exit, stdout, stderr] = await Promise.all([
    program.exited,
    drain(program, program.stdout, order.onOutput),
    drain(program, program.stderr, order.onOutput),
  ])
  signal?.throwIfAborted()
  return { ...exit, stdout, stderr }
}

/** As `mb sandbox run` does: in the folder where anything of it can be seen, else at the root. */
function startOf({ workspace, policy: { fs = {} } }: RunOrder): string {
  const granted = [...(fs.read ?? []), ...(fs.write ?? [])]
  return granted.some((path) => isInside(path, workspace) || isInside(workspace, path))
    ? workspace
    : '/'
}

/** The digest of a stream. A stranger's program may print without end: then it is ended. */
async function drain(
  program: SandboxedProcess,
  stream: Readable | null,
  onOutput: ((chunk: Uint8Array) => void) | undefined,
): Promise<string> {
  const text = new PrintedText()
  let bytes = 0
  for await (const chunk of stream ?? []) {
    if (!(chunk instanceof Uint8Array)) continue
    bytes += chunk.length
    if (bytes > mostOutputBytes) program.kill()
    else {
      text.add(chunk)
      onOutput?.(chunk)
    }
  }
  return text.digest()
}

const mostOutputBytes = 256 * 1024 * 1024
