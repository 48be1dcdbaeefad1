import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { SandboxError } from '../sandbox-error.ts'
import type { TracingTools } from './find-strace.ts'
import { readFolder, tracedCalls } from './read-reaches.ts'
import { StraceLines, type TracedCall } from './strace-line.ts'
import { WorkingFolders } from './working-folders.ts'
import { LongLines } from './long-lines.ts'

/**
 * Watches a program, and all that it starts, from outside of its jail: nothing is added to it, what it may do stays the same, and
 * its processes see no tracer.
 */
export class Tracer implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly #gone: Promise<void>
  readonly #read: Promise<void>
  readonly #pid: number
  #lost = 0
  #sawEnd = false

  private constructor(
    child: ChildProcess,
    pid: number,
    {
      trace,
      onCall,
    }: { trace: Readable; onCall: (call: TracedCall, folder: Buffer | undefined) => void },
  ) {
    this.#child = child
    this.#pid = pid
    this.#gone = waitForClose(child)
    this.#read = this.#readCalls(trace, onCall)
  }

  /**
   * Begins to watch a program that is stopped.
   *
   * @throws SandboxError `MB_SANDBOX_FAILED` with what strace said
   */
  static async attach(
    pid: number,
    { strace, shell, cat }: TracingTools,
    onCall: (call: TracedCall, folder: Buffer | undefined) => void,
  ): Promise<Tracer> {
    const options = ['-f', '-y', '-xx', '-s', String(longestString), '-e', `trace=${tracedCalls}`]
    const quiet = ['-e', 'signal=!chld', '-e', 'quiet=personality,path-resolution']
    // It opens what it writes to by name, which a socket, such as Node's pipes are, has not; a pipe of the shell's has.
    const words = [strace.path, ...options, ...quiet, '-o', '/dev/stdout', '-p', String(pid)]
    const child = spawn(shell.path, ['-c', `"$@" | ${cat.path}`, 'sh', ...words], {
      env: {},
      cwd: '/',
      // Ctrl-C goes to the command, whose last steps are watched as well.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const { stdout, stderr } = child
    const tracer = new Tracer(child, pid, { trace: stdout, onCall })
    const said = await firstWords(stderr)
    if (said.includes(' attached')) return tracer
    await tracer[Symbol.asyncDispose]()
    throw new SandboxError(
      'MB_SANDBOX_FAILED',
      `Cannot observe a program: ${said || 'strace ended'}`,
      {
        hint: 'What confines this program, as a container may, keeps it from tracing others',
      },
    )
  }

  /** Settles when what was watched is gone, and everything about it was read. */
  get ended(): Promise<unknown> {
    return Promise.all([this.#gone, this.#read])
  }

  /** Calls that could not be kept: they were too long to be read. */
  get lost(): number {
    return this.#lost
  }

  /** Whether the program itself was watched to its end. */
  get sawEnd(): boolean {
    return this.#sawEnd
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.kill()
    await this.ended
  }

  /** Ends it; what it watched goes on. */
  kill(): void {
    const { pid } = this.#child
    if (pid === undefined || this.#child.exitCode !== null) return
    try {
      process.kill(-pid, 'SIGTERM')
    } catch {
      // It has ended since.
    }
  }

  async #readCalls(
    trace: Readable,
    onCall: (call: TracedCall, folder: Buffer | undefined) => void,
  ): Promise<void> {
    const lines = new StraceLines()
    const folders = new WorkingFolders()
    for await (const line of new LongLines(trace, longestLine)) {
      if (line === undefined) this.#lost += 1
      else {
        const ended = endOf(line)
        this.#sawEnd ||= ended === this.#pid
        if (ended !== undefined) folders.forget(ended)
        const call = lines.read(line)
        if (call === undefined) continue
        const before = folders.get(call.pid)
        onCall(call, before)
        const after = readFolder(call, before)
        if (after !== undefined) folders.set(call.pid, after)
      }
    }
  }
}

async function waitForClose(child: ChildProcess): Promise<void> {
  // What could not be started has said nothing: that is what is told.
  child.once('error', () => {})
  await new Promise<void>((resolve) => child.once('close', () => resolve()))
}

/** The thread whose end a line tells of. */
function endOf(line: string): number | undefined {
  const [, pid] = /^(\d{1,10}) +\+\+\+ (?:exited with|killed by) /.exec(line) ?? []
  return pid === undefined ? undefined : Number(pid)
}

// A name of the domain name system has 255 bytes, and a question around it fewer than 40.
const longestString = 320
// The words of an execve: as many as a string has characters, each byte as four.
const longestLine = 1024 * 1024

/** What strace says first: that it is attached, or why it is not. What it says later is read and dropped. */
async function firstWords(stderr: Readable): Promise<string> {
  stderr.setEncoding('utf8')
  const lines = createInterface({ input: stderr })
  const { promise, resolve } = Promise.withResolvers<string>()
  lines.once('line', (line: string) => resolve(line.replace(/^strace: /, '')))
  lines.once('close', () => resolve(''))
  return promise
}
