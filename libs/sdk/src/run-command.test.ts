import { execFile } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { runCommand } from './run-command.ts'

const cwd = process.cwd()
const node = process.execPath
// Starts a child, prints its process id, and ends no sooner than that. A shell does it well before the time limit.
const parent = ['-c', 'sleep 600 & echo $!; wait'] as const

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

async function isGone(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 500 && isRunning(pid); tries += 1) await sleep(20)
  return !isRunning(pid)
}

describe('runCommand()', () => {
  it('gives the code, and both streams', async () => {
    const script = 'console.log(1); console.error(2); process.exitCode = 3'
    const { ms, ...result } = await runCommand(node, ['-e', script], { cwd })
    expect(result).toEqual({
      code: 3,
      output: expect.stringMatching(/^(?:1\n2|2\n1)\n$/),
      timedOut: false,
    })
    expect(ms).toBeGreaterThan(0)
  })

  it('keeps the end of a long output', async () => {
    const script = `process.stdout.write('x'.repeat(1_000_000) + 'end')`
    const { output } = await runCommand(node, ['-e', script], { cwd })
    expect([output.length, output.slice(-4)]).toEqual([65_536, 'xend'])
  })

  it('ends a program at its time limit, with what it started', async () => {
    const result = await runCommand('sh', parent, { cwd, timeoutMs: 1000 })
    expect(result).toMatchObject({ code: 124, timedOut: true })
    expect(await isGone(Number(result.output))).toBe(true)
  })

  it('ends a program that ignores being asked to', async () => {
    const script = `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)`
    const { code } = await runCommand(node, ['-e', script], { cwd, timeoutMs: 500 })
    expect(code).toBe(124)
  })

  it('stops at the signal', async () => {
    const signal = AbortSignal.timeout(300)
    await expect(runCommand('sh', parent, { cwd, signal })).rejects.toMatchObject({
      name: 'TimeoutError',
    })
  })

  it('sends all output to stderr when stdout is for data', async () => {
    const inner = ['-e', 'console.log("from the program")']
    const script = `import { runCommand } from './run-command.ts'
await runCommand(process.execPath, ${JSON.stringify(inner)}, { cwd: '.', stdio: 'stderr' })
console.log('data')`
    const args = ['--conditions=@mb/source', '--input-type=module', '-e', script]
    const printed = await promisify(execFile)(node, args, { cwd: import.meta.dirname })
    expect(printed).toEqual({ stdout: 'data\n', stderr: 'from the program\n' })
  })

  it('says that a program is not there', async () => {
    await expect(runCommand('mb-no-such-program', [], { cwd })).rejects.toMatchObject({
      code: 'MB_SDK_COMMAND_MISSING',
      message: 'Cannot run "mb-no-such-program": it is not installed',
    })
  })
})
