import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process'
import { errorCode } from '@mb/kernel'
import { SdkError } from './sdk-error.ts'

/**
 * Where a program's output goes: to the person as it is, to the person's stderr alone (stdout stays free for data), or
 * into the result.
 */
export type CommandOutput = 'inherit' | 'stderr' | 'pipe'

/** How {@link runCommand} runs. */
export interface RunCommandOptions {
  readonly cwd: string
  /** @default 'pipe' */
  readonly stdio?: CommandOutput | undefined
  /** @default Infinity */
  readonly timeoutMs?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/** How a program ended. */
export interface CommandResult {
  /** 124 after the time limit; 128 and the number of the signal when a signal ended it, as shells have it. */
  readonly code: number
  readonly ms: number
  /** The end of what it printed, with `stdio: 'pipe'`; else empty. */
  readonly output: string
  readonly timedOut: boolean
}

const maxOutputBytes = 64 * 1024
const graceMs = 2000

/**
 * Runs a program of the person's own machine, outside any sandbox, and waits for it. When the signal or the time limit
 * comes, it and what it started are ended before this returns.
 *
 * @throws SdkError `MB_SDK_COMMAND_MISSING`
 */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: RunCommandOptions,
): Promise<CommandResult> {
  const { cwd, stdio = 'pipe', timeoutMs = Infinity, signal } = options
  signal?.throwIfAborted()
  const started = performance.now()
  // Package managers are scripts on Windows, which only a shell starts; no argument here comes from outside.
  const isScript = process.platform === 'win32'
  // A group of its own can be ended whole; a program at the terminal has to stay in the terminal's.
  const isGroup = !isScript && (stdio === 'pipe' || !process.stdin.isTTY)
  const child = spawn(command, args, {
    cwd,
    stdio: descriptors(stdio),
    detached: isGroup,
    shell: isScript,
  })
  const output = new Tail()
  child.stdout?.on('data', (chunk: Buffer) => output.add(chunk))
  child.stderr?.on('data', (chunk: Buffer) => output.add(chunk))

  let timedOut = false
  const end = (): void => endProcess(child, isGroup)
  const timer = Number.isFinite(timeoutMs)
    ? setTimeout(() => {
        timedOut = true
        end()
      }, timeoutMs)
    : undefined
  signal?.addEventListener('abort', end, { once: true })
  try {
    const code = await exitCode(child, command)
    signal?.throwIfAborted()
    return {
      code: timedOut ? 124 : code,
      ms: Math.round(performance.now() - started),
      output: output.text(),
      timedOut,
    }
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', end)
  }
}

function descriptors(stdio: CommandOutput): StdioOptions {
  if (stdio === 'inherit') return 'inherit'
  return stdio === 'stderr' ? ['ignore', 2, 2] : ['ignore', 'pipe', 'pipe']
}

function exitCode(child: ChildProcess, command: string): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', (cause) => {
      // EACCES is what a folder on PATH that may not be looked into makes of a program that is nowhere.
      const isMissing = ['ENOENT', 'EACCES'].includes(errorCode(cause) ?? '')
      reject(isMissing ? missing(command, cause) : cause)
    })
    child.once('close', (code, signal) => {
      resolve(code ?? (signal === null ? 1 : signalCode(signal)))
    })
  })
}

function missing(command: string, cause: Error): SdkError {
  return new SdkError('MB_SDK_COMMAND_MISSING', `Cannot run "${command}": it is not installed`, {
    hint: `Install ${command}, or put its folder on PATH`,
    cause,
  })
}

function signalCode(signal: NodeJS.Signals): number {
  const numbers: Partial<Record<NodeJS.Signals, number>> = { SIGINT: 2, SIGKILL: 9, SIGTERM: 15 }
  return 128 + (numbers[signal] ?? 1)
}

function endProcess(child: ChildProcess, isGroup: boolean): void {
  const send = (signal: NodeJS.Signals): void => {
    if (!isGroup || child.pid === undefined) return void child.kill(signal)
    try {
      process.kill(-child.pid, signal)
    } catch (error) {
      // The group ended by itself in the meantime.
      if (errorCode(error) !== 'ESRCH') throw error
    }
  }
  send('SIGTERM')
  const killer = setTimeout(() => {
    send('SIGKILL')
    // Something that left the group may hold the streams open for ever.
    child.stdout?.destroy()
    child.stderr?.destroy()
  }, graceMs)
  child.once('close', () => clearTimeout(killer))
}

/** Keeps the last bytes of a stream, however long it is. */
class Tail {
  #chunks: Buffer[] = []
  #bytes = 0

  add(chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#bytes += chunk.length
    if (this.#bytes > 2 * maxOutputBytes) {
      const kept = Buffer.concat(this.#chunks).subarray(-maxOutputBytes)
      this.#chunks = [kept]
      this.#bytes = kept.length
    }
  }

  text(): string {
    return Buffer.concat(this.#chunks).subarray(-maxOutputBytes).toString('utf8')
  }
}
