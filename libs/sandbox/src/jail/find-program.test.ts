import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { findProgram } from './find-program.ts'

describe('findProgram()', () => {
  it('finds the child that stands', async () => {
    await using parent = start("sh -c 'kill -STOP $$' & echo $!; wait")
    const [line]: readonly unknown[] = await once(parent.stdout, 'data')
    expect(await findProgram(parent.pid)).toBe(Number(line))
    process.kill(Number(line), 'SIGCONT')
  })

  it('tells by its code that none stands, also of children that end while it looks', async () => {
    await using parent = start('echo; while :; do /bin/true; done')
    await once(parent.stdout, 'data')
    await expect(findProgram(parent.pid)).rejects.toMatchObject({
      code: 'MB_SANDBOX_FAILED',
      message: 'Cannot start a sandbox: its program never stopped at the gate',
    })
  })
})

function start(script: string): { pid: number; stdout: NodeJS.ReadableStream } & AsyncDisposable {
  const child = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  return {
    pid: child.pid ?? 0,
    stdout: child.stdout,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await exited
    },
  }
}
