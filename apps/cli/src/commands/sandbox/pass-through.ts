import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { errorCode } from '@mb/kernel'
import type { Exit, Receipt, Sandbox, SandboxedProcess, SandboxLimits } from '@mb/sandbox'

/** How a command is run whose streams are the person's. */
interface PassThroughOptions {
  readonly cwd: string | undefined
  /** The person's: the command is asked to end, and has a moment to do so. */
  readonly signal: AbortSignal
  /** Ends it at once, and what it was about to reach with it. */
  readonly failed?: AbortSignal | undefined
  readonly limits: SandboxLimits
}

/** Runs a command whose streams are the person's. */
export async function passThrough(
  sandbox: Sandbox,
  [command, args]: readonly [string, readonly string[]],
  { cwd, signal, failed, limits: { outputBytes } }: PassThroughOptions,
): Promise<Exit & { readonly receipt: Receipt }> {
  // What is handed through cannot be counted.
  const output = outputBytes === undefined ? 'inherit' : 'pipe'
  const starting = new AbortController()
  const stop = (): void => starting.abort(signal.reason)
  signal.addEventListener('abort', stop)
  if (signal.aborted) stop()
  await using child = await sandbox.spawn(command, args, {
    cwd,
    signal: failed === undefined ? starting.signal : AbortSignal.any([starting.signal, failed]),
    stdin: 'inherit',
    stdout: output,
    stderr: output,
  })
  signal.removeEventListener('abort', stop)
  using stack = new DisposableStack()
  stack.use(askToEnd(child, signal))
  const room = { bytes: outputBytes ?? 0 }
  const [exit] = await Promise.all([
    child.exited,
    copy(child.stdout, () => process.stdout, room),
    copy(child.stderr, () => process.stderr, room),
  ])
  return { ...exit, receipt: child.receipt }
}

// Long enough to take away what it made; whoever does not want to wait presses Ctrl-C again.
const graceMs = 5000

/** A jail is in a session of its own, which Ctrl-C does not reach: the command gets it from here, and time to clean up. */
function askToEnd(child: SandboxedProcess, signal: AbortSignal): Disposable {
  let timer: NodeJS.Timeout | undefined
  const ask = (): void => {
    child.kill('SIGINT')
    timer = setTimeout(() => child.kill(), graceMs)
  }
  signal.addEventListener('abort', ask)
  if (signal.aborted) ask()
  return {
    [Symbol.dispose]() {
      clearTimeout(timer)
      signal.removeEventListener('abort', ask)
    },
  }
}

/** Passes on what there is room for. The sandbox ends whoever writes more, a moment later. */
async function copy(
  from: NodeJS.ReadableStream | null,
  // Made when there is something to copy: that takes a millisecond.
  open: () => NodeJS.WritableStream,
  room: { bytes: number },
): Promise<void> {
  if (from === null) return
  const to = open()
  // Each write that fails is an error of its own; the first one ends the copying.
  to.on('error', () => {})
  const cut = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const part = chunk.subarray(0, room.bytes)
      room.bytes -= part.length
      done(null, part)
    },
  })
  try {
    await pipeline(from, cut, to, { end: false })
  } catch (error) {
    // Whoever reads may stop before the end. The command's pipe is closed with ours, which it learns as it would without a jail.
    if (errorCode(error) !== 'EPIPE') throw error
  }
}
