import { execFile, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'

/** A built marketplace that runs as a process of its own, on a free port of loopback. */
export interface MarketplaceServer extends AsyncDisposable {
  readonly url: string
  /** Makes an account. @returns its token */
  addAccount(name: string, namespaces: readonly string[]): Promise<string>
}

const program = join(import.meta.dirname, '../../marketplace/bin/mb-marketplace.mjs')
const run = promisify(execFile)
const startMs = 30_000

/** Starts the marketplace of a data folder, and waits until it listens. */
export async function startMarketplaceServer(data: string): Promise<MarketplaceServer> {
  const args = [program, 'start', '--data', data, '--port', '0', '--json']
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const closed = new Promise<void>((resolve) => {
    child.once('close', () => resolve())
  })
  const timer = setTimeout(() => child.kill('SIGKILL'), startMs)
  const said = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve)
    child.once('error', reject)
    child.once('close', (code) => reject(new Error(`The marketplace ended with ${code}`)))
  }).finally(() => clearTimeout(timer))
  return {
    url: textIn(said, 'url'),
    addAccount: async (name, namespaces) => {
      const granted = namespaces.flatMap((namespace) => ['--namespace', namespace])
      const words = [program, 'user', 'add', name, '--data', data, '--json', ...granted]
      const { stdout } = await run(process.execPath, words)
      return textIn(stdout, 'token')
    },
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM')
      await closed
    },
  }
}

function textIn(json: string, name: string): string {
  const value: unknown = JSON.parse(json)
  const member: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, name) : 0
  if (typeof member === 'string') return member
  throw new TypeError(`The marketplace did not tell its ${name}: ${json}`)
}
