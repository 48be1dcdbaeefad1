import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { randomInt } from 'node:crypto'
import { expect, it } from 'vitest'
import { onEveryBackend } from '../engine.ts'
import { processesNaming } from './shell.ts'

const fixture = fileURLToPath(new URL('fixtures/pool-host.ts', import.meta.url))

onEveryBackend('a host with a pool', (backend) => {
  const start = (mark: string, what: string): ReturnType<typeof spawn> =>
    spawn(process.execPath, ['--conditions=@mb/source', fixture, mark, what], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, MB_TEST_BACKEND: backend },
    })

  it('ends when it has nothing more to do, though nobody closed the sandbox', async () => {
    const mark = `mark-${randomInt(1e12)}`
    const host = start(mark, 'end')
    const [code]: readonly unknown[] = await once(host, 'exit')
    expect(code).toBe(0)
    await expect.poll(() => processesNaming(mark), { timeout: 4000, interval: 20 }).toEqual([])
  })

  it('that is killed leaves neither what waits nor what was taken', async () => {
    const mark = `mark-${randomInt(1e12)}`
    const host = start(mark, 'wait')
    if (host.stdout === null) throw new TypeError('The host has no output')
    await once(host.stdout, 'data')
    expect(processesNaming(mark).length).toBeGreaterThanOrEqual(5)
    host.kill('SIGKILL')
    // A second, on a machine that has time for it.
    await expect.poll(() => processesNaming(mark), { timeout: 4000, interval: 20 }).toEqual([])
  })
})
