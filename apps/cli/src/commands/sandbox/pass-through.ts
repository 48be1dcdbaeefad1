import { pipeline } from 'node:stream/promises'
import type { Exit, Receipt, Sandbox, SandboxLimits } from '@mb/sandbox'

/** How a command is run whose streams are the person's. */
interface PassThroughOptions {
  readonly cwd: string | undefined
  readonly signal: AbortSignal
  readonly limits: SandboxLimits
}

/** Runs a command whose streams are the person's. */
export async function passThrough(
  sandbox: Sandbox,
  [command, args]: readonly [string, readonly string[]],
  { cwd, signal, limits }: PassThroughOptions,
): Promise<Exit & { readonly receipt: Receipt }> {
  // What is handed through cannot be counted.
  const output = limits.outputBytes === undefined ? 'inherit' : 'pipe'
  await using child = await sandbox.spawn(command, args, {
    cwd,
    signal,
    stdin: 'inherit',
    stdout: output,
    stderr: output,
  })
  const [exit] = await Promise.all([
    child.exited,
    copy(child.stdout, process.stdout),
    copy(child.stderr, process.stderr),
  ])
  return { ...exit, receipt: child.receipt }
}

async function copy(from: NodeJS.ReadableStream | null, to: NodeJS.WritableStream): Promise<void> {
  if (from !== null) await pipeline(from, to, { end: false })
}
