import { spawn } from 'node:child_process'

/** What a program did. */
export interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
  readonly ms: number
}

/** How a program is run. */
export interface RunOptions {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** @default 180_000 */
  readonly timeoutMs?: number
  /** Its standard input; without it there is none. */
  readonly input?: string
}

const maxOutput = 4 * 1024 * 1024

/** Runs a program to its end and collects what it said; never throws for its exit code. */
export function runProgram(
  command: string,
  parameters: readonly string[],
  options: RunOptions,
): Promise<Outcome> {
  const started = performance.now()
  const child = spawn(command, parameters, {
    cwd: options.cwd,
    env: options.env,
    stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    timeout: options.timeoutMs ?? 180_000,
    killSignal: 'SIGKILL',
  })
  // A program that does not read what it is given has its reasons, and says so by its exit code.
  child.stdin?.on('error', () => {})
  child.stdin?.end(options.input)
  const stdout = collect(child.stdout)
  const stderr = collect(child.stderr)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      resolve({ code, stdout: stdout(), stderr: stderr(), ms: performance.now() - started })
    })
  })
}

function collect(stream: NodeJS.ReadableStream | null): () => string {
  const chunks: Buffer[] = []
  let total = 0
  stream?.on('data', (chunk: Buffer) => {
    total += chunk.length
    if (total <= maxOutput) chunks.push(chunk)
  })
  return () => Buffer.concat(chunks).toString('utf8')
}
