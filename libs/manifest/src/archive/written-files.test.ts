import { mkdtemp, open, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WrittenFiles } from './written-files.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mb-written-'))
})

afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

describe('WrittenFiles', () => {
  it('writes down and closes more files than it holds at a time', async () => {
    const names = Array.from({ length: 100 }, (_, index) => join(folder, String(index)))
    const files = await Promise.all(names.map(async (name) => open(name, 'wx', 0o600)))
    await using written = new WrittenFiles({ isFlushed: true })
    for (const [index, file] of files.entries()) {
      await file.writeFile('x')
      await written.take(file, index % 2 === 0 ? 0o755 : 0o644)
    }
    await written.finish()
    expect(new Set(files.map(({ fd }) => fd))).toEqual(new Set([-1]))
    expect(new Set(await Promise.all(names.map(async (name) => readFile(name, 'utf8'))))).toEqual(
      new Set(['x']),
    )
    const modes = await Promise.all(names.map(async (name) => (await stat(name)).mode & 0o777))
    expect(modes.slice(0, 2)).toEqual([0o755, 0o644])
  })

  it('throws what went wrong with one, after all are done', async () => {
    await using written = new WrittenFiles({ isFlushed: true })
    const broken = await open(join(folder, 'broken'), 'wx')
    await broken.close()
    await written.take(broken, 0o644)
    const good = await open(join(folder, 'good'), 'wx')
    await written.take(good, 0o600)
    await expect(written.finish()).rejects.toMatchObject({ code: 'EBADF' })
    expect(good.fd).toBe(-1)
    expect((await stat(join(folder, 'good'))).mode & 0o777).toBe(0o600)
  })
})
