import { statSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../fixtures/plugin-folder.ts'
import { homeLayout } from '../store/home-layout.ts'
import { inStaging } from './staging.ts'

const memory = '/dev/shm'
const hasTwo =
  statSync(memory, { throwIfNoEntry: false }) !== undefined &&
  statSync(memory).dev !== statSync(tmpdir()).dev

describe('inStaging()', () => {
  it.runIf(hasTwo)('says in words that a home lies on several file systems', async () => {
    await using folder = await temporaryFolder()
    const layout = homeLayout(join(folder.path, 'home'))
    const elsewhere = await mkdtemp(join(memory, 'mb-'))
    try {
      await expect(
        inStaging(layout, async (staging) => {
          await mkdir(join(staging, 'data'))
          await rename(join(staging, 'data'), join(elsewhere, 'data'))
        }),
      ).rejects.toMatchObject({
        code: 'MB_HOME_UNUSABLE',
        message: `Cannot use "${layout.home}": its folders lie on several file systems`,
      })
    } finally {
      await rm(elsewhere, { recursive: true })
    }
    expect(await readdir(folder.path)).toEqual([])
  })
})
