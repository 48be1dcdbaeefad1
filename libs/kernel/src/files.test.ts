import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { readFileBounded, readTextBounded, writeFileAtomic } from './files.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mb-files-'))
  return () => rm(folder, { recursive: true, force: true })
})

describe('writeFileAtomic()', () => {
  it('writes content and mode', async () => {
    const path = join(folder, 'file')
    await writeFileAtomic(path, 'content', { mode: 0o600 })
    expect([await readFile(path, 'utf8'), (await stat(path)).mode & 0o777]).toEqual([
      'content',
      0o600,
    ])
  })

  it('replaces a link instead of following it', async () => {
    await writeFile(join(folder, 'target'), 'untouched')
    await symlink('target', join(folder, 'link'))
    await writeFileAtomic(join(folder, 'link'), 'new')
    expect([
      await readFile(join(folder, 'target'), 'utf8'),
      await readFile(join(folder, 'link'), 'utf8'),
    ]).toEqual(['untouched', 'new'])
  })

  it('leaves the old file and nothing else when it fails', async () => {
    await mkdir(join(folder, 'taken'))
    await expect(writeFileAtomic(join(folder, 'taken'), 'x')).rejects.toMatchObject({
      code: 'EISDIR',
    })
    expect(await readdir(folder)).toEqual(['taken'])
  })

  it('stops on a signal and leaves nothing', async () => {
    await expect(
      writeFileAtomic(join(folder, 'file'), 'x', { signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ name: 'AbortError' })
    expect(await readdir(folder)).toEqual([])
  })

  it('readers see whole files while many write', async () => {
    const path = join(folder, 'file')
    const contents = ['a', 'b', 'c'].map((letter) => letter.repeat(100_000))
    await writeFileAtomic(path, contents[0] ?? '')
    const writers = Promise.all(
      contents.flatMap((text) => [0, 1, 2].map(() => writeFileAtomic(path, text))),
    )
    for (let round = 0; round < 50; round += 1)
      expect(contents).toContain(await readFile(path, 'utf8'))
    await writers
  })
})

describe('readFileBounded()', () => {
  it('reads a file of exactly the limit and refuses one byte more', async () => {
    const path = join(folder, 'file')
    await writeFile(path, 'x'.repeat(5000))
    expect((await readFileBounded(path, { maxBytes: 5000 })).length).toBe(5000)
    await expect(readFileBounded(path, { maxBytes: 4999 })).rejects.toMatchObject({
      code: 'MB_FILE_TOO_LARGE',
      message: `Cannot read "${path}": it is larger than 4999 bytes`,
    })
  })

  it('bounds files whose size the system does not know', async () => {
    await expect(readFileBounded('/proc/self/maps', { maxBytes: 10 })).rejects.toMatchObject({
      code: 'MB_FILE_TOO_LARGE',
    })
    expect(
      (await readFileBounded('/proc/self/status', { maxBytes: 100_000 })).length,
    ).toBeGreaterThan(100)
  })

  it('refuses folders, devices and named pipes without waiting', async () => {
    const pipe = join(folder, 'pipe')
    execFileSync('mkfifo', [pipe])
    await expect(readFileBounded(pipe, { maxBytes: 10 })).rejects.toMatchObject({ code: 'EINVAL' })
    await expect(readFileBounded('/dev/zero', { maxBytes: 10 })).rejects.toMatchObject({
      code: 'EINVAL',
    })
    await expect(readFileBounded(folder, { maxBytes: 10 })).rejects.toMatchObject({
      code: 'EISDIR',
    })
  })
})

describe('readTextBounded()', () => {
  it('leaves out a byte order mark', async () => {
    await writeFile(join(folder, 'file'), '\uFEFFtext')
    expect(await readTextBounded(join(folder, 'file'), { maxBytes: 100 })).toBe('text')
  })
})
