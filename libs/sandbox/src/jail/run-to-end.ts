import type { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { SandboxLimitError } from '../limit-error.ts'
import { SandboxError } from '../sandbox-error.ts'
import type { RunOptions, RunResult, SandboxedProcess, SpawnOptions } from '../sandbox.ts'

/**
 * Starts a program, feeds it, gathers what it writes, and waits for its end.
 *
 * @param start given how the program is to be started; what it starts is closed in any case
 */
export async function runToEnd(
  start: (options: SpawnOptions) => Promise<SandboxedProcess>,
  options: RunOptions,
): Promise<RunResult> {
  await using program = await start({
    ...options,
    stdin: options.input === undefined ? 'ignore' : 'pipe',
  })
  const maxBytes = options.maxOutputBytes ?? 16 * 1024 * 1024
  // A program that reads no more than it needs closes the pipe: that is its right.
  program.stdin?.on('error', () => {})
  program.stdin?.end(options.input)
  let isTooMuch = false
  const stop = (): void => {
    isTooMuch = true
    program.kill()
  }
  const [stdout, stderr, exit] = await Promise.all([
    gather(program.stdout, maxBytes, stop),
    gather(program.stderr, maxBytes, stop),
    program.exited,
  ])
  options.signal?.throwIfAborted()
  if (isTooMuch) {
    throw new SandboxError(
      'MB_SANDBOX_OUTPUT_LIMIT',
      `Cannot keep the output of the program: it wrote more than ${maxBytes} bytes`,
      { details: { maxBytes, usage: exit.usage, exit } },
    )
  }
  const result = { ...exit, stdout, stderr, receipt: program.receipt }
  if (result.exceeded !== undefined) throw new SandboxLimitError(result)
  return result
}

async function gather(
  stream: Readable | null,
  maxBytes: number,
  stop: () => void,
): Promise<string> {
  if (stream === null) return ''
  const chunks: Buffer[] = []
  let total = 0
  stream.on('data', (chunk: Buffer) => {
    total += chunk.length
    if (total <= maxBytes) chunks.push(chunk)
    else stop()
  })
  await finished(stream, { writable: false })
  return Buffer.concat(chunks).toString('utf8')
}
