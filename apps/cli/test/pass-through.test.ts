import { existsSync } from 'node:fs'
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSandbox } from '@mb/sandbox'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isSkipped, skipReason } from './engine.ts'
import { passThrough } from '../src/commands/sandbox/pass-through.ts'

let folder: string

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'mb-pass-')))
})

afterEach(async () => {
  await rm(folder, { recursive: true })
})

describe.skipIf(isSkipped)(`a command that is under way${skipReason}`, () => {
  it.each([
    { by: 'what has failed', end: 'failed', code: null, signal: 'SIGKILL', isAsked: false },
    // The control: that has time for its last words.
    { by: 'the person', end: 'signal', code: 3, signal: null, isAsked: true },
  ] as const)('is ended by $by', async ({ end, isAsked, code, signal }) => {
    await using sandbox = await openSandbox({ policy: { fs: { write: [folder] } } })
    const controllers = { failed: new AbortController(), signal: new AbortController() }
    const script = 'trap "touch asked; exit 3" INT; touch began; while :; do sleep 0.01; done'
    const running = passThrough(sandbox, ['sh', ['-c', script]], {
      cwd: folder,
      signal: controllers.signal.signal,
      failed: controllers.failed.signal,
      limits: {},
    })
    await expect.poll(() => existsSync(join(folder, 'began')), { timeout: 20_000 }).toBe(true)
    controllers[end].abort(new Error('enough'))
    expect(await running).toMatchObject({ code, signal })
    expect(existsSync(join(folder, 'asked'))).toBe(isAsked)
  })
})
