import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { checkPolicy } from './check-policy.ts'

const isLinux = process.platform === 'linux'

describe('checkPolicy()', () => {
  it.runIf(isLinux)(
    'takes a folder to start in that can be seen, or has one below it',
    async () => {
      const folder = await realpath(await mkdtemp(join(tmpdir(), 'mb-check-')))
      onTestFinished(() => rm(folder, { recursive: true }))
      const policy = { fs: { read: [folder] } }
      for (const cwd of [folder, join(folder, '..'), '/', '/tmp', '/usr'])
        await expect(checkPolicy(policy, { cwd })).resolves.toBeUndefined()
    },
  )

  it.runIf(isLinux).each([
    ['/no/such/folder', 'it does not exist'],
    ['/root', 'it cannot be seen inside'],
    ['relative', 'it is no absolute path'],
  ])('refuses to start in %s', async (cwd, state) => {
    await expect(checkPolicy({}, { cwd })).rejects.toMatchObject({
      code: 'MB_SANDBOX_POLICY',
      message: `Cannot start in ${JSON.stringify(cwd)}: ${state}`,
    })
  })
})
