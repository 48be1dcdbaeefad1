import { spawn } from 'node:child_process'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'

/** A program to be measured. */
export interface Program {
  readonly command: string
  readonly arguments: readonly string[]
  /** @default the environment of this process */
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly cwd?: string
}

/** How a program is measured. */
export interface MeasureOptions {
  /**
   * Runs behind one sample. The shell tells milliseconds; ten runs make it a tenth of one.
   *
   * @default 1
   */
  readonly batch?: number
  readonly signal?: AbortSignal
}

// Output is dropped, as a terminal would cost more than the program. A failing run ends the batch: its figure would be
// that of a program which did not do its work. `env` would be measured with the program, so the shell has the variables.
const script = `
TIMEFORMAT='%3U %3S'
runs=$1
shift
time for ((run = 0; run < runs; run++)); do "$@" >/dev/null 2>&3 3>&- </dev/null || exit; done
`

/**
 * CPU time of a program and all it waits for, user and system, in milliseconds a run.
 *
 * It is what the kernel counted for the ended children of a shell (`getrusage`), so nothing has to be built into the
 * program, and what a process does on its way out is in it. The shell's own fork is in it too, about half a millisecond.
 */
export async function measureCpu(program: Program, options: MeasureOptions = {}): Promise<number> {
  const { batch = 1, signal } = options
  const child = spawn(
    'bash',
    ['-c', script, 'measure', String(batch), program.command, ...program.arguments],
    {
      cwd: program.cwd,
      env: { ...(program.env ?? process.env), LC_ALL: 'C' },
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
      signal,
    },
  )
  const closed = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  const [times, complaint, code] = await Promise.all([
    text(readable(child.stdio[2])),
    text(readable(child.stdio[3])),
    closed,
  ])
  const [user, system] = times.trim().split(' ').map(Number)
  if (code !== 0 || user === undefined || system === undefined || Number.isNaN(user + system)) {
    throw new Error(
      `Cannot measure ${program.command}: it ended with ${code}\n${complaint}${times}`,
    )
  }
  return ((user + system) * 1000) / batch
}

function readable(stream: unknown): Readable {
  if (stream instanceof Readable) return stream
  throw new TypeError('A piped stream is missing')
}
