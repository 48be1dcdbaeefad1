import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { runProgram } from '../tour/run-program.ts'
import { root } from '../workspaces.ts'

/** A built marketplace that runs as a process of its own, on a free port of loopback. */
export interface MarketplaceProcess extends AsyncDisposable {
  readonly url: string
  readonly pid: number
  /** Makes an account for a namespace. @returns its token */
  addAccount(namespace: string): Promise<string>
  /** Ends it as a power cut would. */
  kill(): Promise<void>
}

/** How a marketplace is started. */
export interface MarketplaceProcessOptions {
  readonly env?: Readonly<Record<string, string | undefined>>
  /** @default any that is free */
  readonly port?: number
  /** @default 30_000 */
  readonly timeoutMs?: number
}

const program = join(root, 'apps', 'marketplace', 'bin', 'mb-marketplace.mjs')

/** Starts the marketplace of a data folder, and waits until it listens. */
export async function startMarketplaceProcess(
  data: string,
  options: MarketplaceProcessOptions = {},
): Promise<MarketplaceProcess> {
  const { env = process.env, port = 0, timeoutMs = 30_000 } = options
  const child = spawn(
    process.execPath,
    [program, 'start', '--data', data, '--port', String(port), '--json'],
    { env, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (said.length < 64 * 1024) said += text
  })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs)
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', (line) => resolve(addressIn(line)))
    child.once('error', reject)
    child.once('close', (code) =>
      reject(
        new Error(`Cannot start the marketplace: it ended with ${code ?? 'a signal'}\n${said}`),
      ),
    )
  }).finally(() => clearTimeout(timer))
  return {
    url,
    pid: child.pid ?? 0,
    addAccount: async (namespace) => {
      const { code, stdout, stderr } = await runProgram(
        process.execPath,
        [program, 'user', 'add', namespace, '--namespace', namespace, '--data', data, '--json'],
        { cwd: root, env },
      )
      if (code !== 0) throw new Error(`Cannot make an account: ${stdout}${stderr}`)
      return tokenIn(stdout)
    },
    kill: async () => {
      child.kill('SIGKILL')
      await ended
    },
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM')
      const late = setTimeout(() => child.kill('SIGKILL'), 10_000)
      await ended
      clearTimeout(late)
    },
  }
}

function addressIn(line: string): string {
  const value: unknown = JSON.parse(line)
  return stringMember(value, 'url')
}

function tokenIn(text: string): string {
  const value: unknown = JSON.parse(text)
  return stringMember(value, 'token')
}

function stringMember(value: unknown, name: string): string {
  const member: unknown =
    typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
  if (typeof member !== 'string') throw new Error(`Cannot find "${name}" in what it printed`)
  return member
}
