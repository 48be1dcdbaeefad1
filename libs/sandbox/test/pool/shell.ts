import { readdirSync, readFileSync } from 'node:fs'
import { randomInt } from 'node:crypto'
import type { PoolOptions, Sandbox, SandboxedProcess } from '@mb/sandbox'
import { expect } from 'vitest'

/** A shell that does what it is told line by line on its channel, and has a number among its arguments. */
export function shell(options: Partial<PoolOptions> = {}): { mark: string; pool: PoolOptions } {
  const mark = `mark-${randomInt(1e12)}`
  const script = `while IFS= read -r line <&3; do eval "$line" >&3; done; : ${mark}`
  return { mark, pool: { command: 'sh', args: ['-c', script], ...options } }
}

/** Has a shell do one line, and gives what it printed. */
export async function ask({ channel }: SandboxedProcess, line: string): Promise<string> {
  if (channel === null) throw new TypeError('The program has no channel')
  channel.write(`${line}; echo END\n`)
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  let text = ''
  const listen = (chunk: Buffer): void => {
    text += chunk.toString()
    if (text.endsWith('END\n')) resolve(text.slice(0, -4))
  }
  const end = (): void => reject(new Error(`It ended after ${JSON.stringify(text)}`))
  channel.on('data', listen).on('close', end)
  try {
    return await promise
  } finally {
    channel.off('data', listen).off('close', end)
  }
}

/** Waits until so many programs wait. */
export async function untilReady(sandbox: Sandbox, count: number): Promise<void> {
  await expect.poll(() => sandbox.pool?.ready, { timeout: 20_000, interval: 5 }).toBe(count)
}

/** Programs that run inside jails and have a text among their arguments. */
export function processesNaming(text: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
        return (
          command.includes(text) &&
          /^State:\t[^ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
        )
      } catch {
        return false
      }
    })
    .map(Number)
}
