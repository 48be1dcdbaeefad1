import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { openSandbox, SandboxLimitError } from '@mb/sandbox'
import { expect, it } from 'vitest'
import { minimumOf, onEveryBackend } from '../engine.ts'

const mebibyte = 1024 * 1024

onEveryBackend('output', (backend) => {
  const open = { backend, minimum: minimumOf(backend), policy: {} }

  it('is counted as it comes, so that a host holds little more than the limit', async () => {
    await using sandbox = await openSandbox({ ...open, limits: { outputBytes: mebibyte } })
    const error: unknown = await sandbox
      .run('head', ['-c', '2000000000', '/dev/zero'])
      .catch((thrown: unknown) => thrown)
    if (!(error instanceof SandboxLimitError)) throw new TypeError(String(error))
    const { limit, used = 0 } = error.result.exceeded ?? {}
    expect(limit).toBe('outputBytes')
    expect(used).toBeGreaterThan(mebibyte)
    expect(used).toBeLessThan(2 * mebibyte)
  })

  it('waits for whoever reads it late, also where it is counted', async () => {
    await using sandbox = await openSandbox({ ...open, limits: { outputBytes: mebibyte } })
    const script = ['-c', 'echo here; read line']
    await using program = await sandbox.spawn('sh', script, { stdin: 'pipe' })
    const { stdin, stdout } = program
    if (stdout === null) throw new TypeError('There is no output')
    await once(stdout, 'readable')
    await new Promise(setImmediate)
    const output = text(stdout)
    stdin?.end('\n')
    expect(await output).toBe('here\n')
    expect((await program.exited).code).toBe(0)
  })
})
