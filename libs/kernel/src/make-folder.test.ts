import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { makeFolder } from './make-folder.ts'

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'mb-folder-'))
  return () => rm(root, { recursive: true, force: true })
})

describe('makeFolder()', () => {
  it('makes what is missing, with its mode, and names the uppermost', async () => {
    const path = join(root, 'a', 'b', 'c')
    expect(await makeFolder(path, { mode: 0o700 })).toBe(join(root, 'a'))
    expect((await stat(join(root, 'a'))).mode & 0o777).toBe(0o700)
    expect((await stat(path)).isDirectory()).toBe(true)
    expect(await makeFolder(path)).toBeUndefined()
  })

  it('is the same folder for many at once', async () => {
    const path = join(root, 'a', 'b', 'c')
    await Promise.all(Array.from({ length: 20 }, () => makeFolder(path)))
    expect((await stat(path)).isDirectory()).toBe(true)
  })

  it('fails on a file', async () => {
    await writeFile(join(root, 'file'), '')
    await expect(makeFolder(join(root, 'file'))).rejects.toMatchObject({ code: 'EEXIST' })
    await expect(makeFolder(join(root, 'file', 'a'))).rejects.toMatchObject({ code: 'ENOTDIR' })
  })

  it.skipIf(process.platform !== 'linux')('fails where no folder can be made', async () => {
    await expect(makeFolder('/proc/absent')).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(makeFolder('/proc/absent/below')).rejects.toMatchObject({ code: 'ENOENT' })
  })
})
