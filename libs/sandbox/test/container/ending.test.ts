import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSandbox } from '@mb/sandbox'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { findContainer } from '../../src/backends/container/find-container.ts'
import type { JailPlan } from '../../src/jail/jail-plan.ts'
import { openJails } from '../../src/jail/open-jails.ts'
import { assertEndsWithHost } from '../end-with-host.ts'
import { isFull, temporaryFolder } from '../engine.ts'
import { isRunnable, running } from './engine.ts'

const backend = 'container'
const hoard = `perl -e 'my @all; push @all, "x" x 1048576 while 1'`
const missing = {
  kind: 'bind',
  path: '/no/such/folder',
  writable: false,
  directory: true,
} as const

describe.runIf(isRunnable)('the end of a container', () => {
  it('lets a host end that it refused', async () => {
    await using folder = await temporaryFolder()
    const path = join(folder.path, 'blank at the end ')
    await mkdir(path)
    const script = `
      import { openSandbox } from ${JSON.stringify(import.meta.resolve('@mb/sandbox'))}
      const policy = { fs: { read: [${JSON.stringify(path)}] } }
      await using sandbox = await openSandbox({ backend: 'container', policy })
      await sandbox.run('true').catch(({ code }) => console.log(code))`
    const host = ['--conditions=@mb/source', '--input-type=module', '-e', script]
    const result = spawnSync(process.execPath, host, { encoding: 'utf8', timeout: 90_000 })
    expect([result.status, result.stdout]).toEqual([0, 'MB_SANDBOX_POLICY\n'])
  })

  it.each([
    ['wallMs', { wallMs: 500 }, 'sleep 60', 'MB_SANDBOX_TIMED_OUT'],
    ['memoryBytes', { memoryBytes: 67_108_864 }, hoard, 'MB_SANDBOX_OUT_OF_MEMORY'],
    [
      'processes',
      { processes: 16 },
      'for i in $(seq 100); do sleep 60 & done; wait',
      'MB_SANDBOX_LIMIT',
    ],
  ])('ends by %s', async (limit, limits, script, code) => {
    expect(limits).toHaveProperty(limit)
    await using sandbox = await openSandbox({ backend, policy: {}, limits })
    await expect(sandbox.run('sh', ['-c', script])).rejects.toMatchObject({ code })
    expect(await running()).toEqual([])
  })

  it('stops on a signal, and ends what the program left behind', async () => {
    await using sandbox = await openSandbox({ backend, policy: {} })
    const signal = AbortSignal.timeout(1000)
    await expect(sandbox.run('sleep', ['60'], { signal })).rejects.toMatchObject({
      name: 'TimeoutError',
    })
    await sandbox.run('sh', ['-c', 'setsid sleep 4711 > /dev/null 2>&1 &'])
    expect(await running()).toEqual([])
  })

  it('is gone within a second of its host, and what is left of it at the next look', async () => {
    await assertEndsWithHost(`
      import { openSandbox } from '@mb/sandbox'
      const sandbox = await openSandbox({ backend: 'container', policy: {} })
      const program = await sandbox.spawn('sleep', ['60'])
      console.log(program.pid)`)
  })

  it(`leaves nothing after ${isFull ? 100 : 5} runs`, async () => {
    await using folder = await temporaryFolder()
    vi.stubEnv('TMPDIR', folder.path)
    onTestFinished(() => void vi.unstubAllEnvs())
    await using sandbox = await openSandbox({ backend, policy: {} })
    await sandbox.run('true')
    const before = countHost()
    for (let run = 0; run < (isFull ? 100 : 5); run += 1) await sandbox.run('true')
    expect(await running()).toEqual([])
    await expect.poll(countHost).toEqual(before)
  }, 300_000)

  it('says what the engine said, and leaves nothing', async () => {
    const builder = await findContainer()
    await expect(openJails(builder, { policy: {} }, { plan })).rejects.toMatchObject({
      code: 'MB_SANDBOX_FAILED',
      message: expect.stringContaining('/no/such/folder'),
    })
    expect(await running()).toEqual([])
  })
})

function plan(given: JailPlan): JailPlan {
  return { ...given, parts: [...given.parts, missing] }
}

/** What this process holds, and what the engine and it have mounted and put down. */
function countHost(): Readonly<Record<string, number>> {
  return {
    descriptors: readdirSync('/proc/self/fd').length,
    folders: readdirSync(tmpdir()).length,
    mounts: readFileSync('/proc/self/mountinfo', 'utf8').match(/overlay-containers/g)?.length ?? 0,
  }
}
