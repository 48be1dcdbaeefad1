import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { nextGroupName, sweepGroups } from './group-name.ts'

describe('nextGroupName()', () => {
  it('gives no name twice', () => {
    expect(new Set(Array.from({ length: 100 }, nextGroupName)).size).toBe(100)
  })
})

describe('sweepGroups()', () => {
  it('removes what is of a process that died, and nothing else', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mb-cgroups-'))
    const own = nextGroupName()
    const [, , , count] = own.split('-')
    // The same process id, taken by another process since.
    const earlier = `mb-${process.pid}-1-${count}`
    const [dead, inUse] = ['mb-4194305-5-1', 'mb-4194305-5-2']
    const others = ['mb-x', 'user.slice', 'mb-1', '..mb-4194305-5-1', 'mb-4194305-5-1.service']
    for (const name of [own, earlier, dead, `${inUse}/held`, ...others])
      // oxlint-disable-next-line no-await-in-loop -- a handful
      await mkdir(join(folder, name), { recursive: true })
    sweepGroups(folder)
    expect((await readdir(folder)).toSorted()).toEqual([own, inUse, ...others].toSorted())
    await rm(folder, { recursive: true })
  })
})
