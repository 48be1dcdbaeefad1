import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { text as readText } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { isFull, onEveryBackend, temporaryFolder } from '../engine.ts'
import { leftGroups } from '../limits/groups.ts'
import { processesNaming } from './shell.ts'

const fixture = fileURLToPath(new URL('fixtures/many-activations.ts', import.meta.url))
const activations = isFull ? 10_000 : 200

interface HostCount {
  readonly bytes: number
  readonly descriptors: number
  readonly timers: number
  readonly children: number
}

onEveryBackend('a pool', (backend) => {
  it(`has lost nothing after ${activations} activations`, async () => {
    await using folder = await temporaryFolder()
    const flags = ['--expose-gc', '--max-semi-space-size=1', '--conditions=@mb/source']
    const host = spawn(process.execPath, [...flags, fixture, String(activations)], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, MB_TEST_BACKEND: backend, TMPDIR: folder.path },
    })
    const told: {
      readonly host: number
      readonly early: HostCount
      readonly late: HostCount
      readonly taken: number
      readonly discarded: number
    } = JSON.parse(await readText(host.stdout))
    const { bytes, ...held } = told.late
    const { bytes: earlyBytes, ...before } = told.early
    expect(held).toEqual(before)
    expect(told.discarded).toBe(0)
    expect(told.taken).toBe(activations + Math.max(60, activations / 5))
    // However many there were: what is lost with each would come on top. A few say little of that.
    expect(bytes - earlyBytes).toBeLessThan((isFull ? 8 : 16) * 1024 * 1024)
    expect(readdirSync(folder.path)).toEqual([])
    expect(leftGroups(told.host)).toEqual([])
    expect(processesNaming(folder.path)).toEqual([])
  }, 1_800_000)
})
