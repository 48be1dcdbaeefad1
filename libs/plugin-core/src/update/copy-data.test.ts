import { spawnSync } from 'node:child_process'
import {
  chmod,
  mkdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { listing } from '../fixtures/listing.ts'
import { makePipe } from '../fixtures/make-pipe.ts'
import { temporaryFolder } from '../fixtures/plugin-folder.ts'
import { copyData, markOfData, type DataLimits } from './copy-data.ts'

describe('copyData()', () => {
  it('copies files with their modes and times, and links as links', async () => {
    await using folder = await temporaryFolder()
    const [from, to] = [join(folder.path, 'data'), join(folder.path, 'copy')]
    await mkdir(join(from, 'deep', 'er'), { recursive: true })
    await writeFile(join(from, 'deep', 'er', 'a'), 'text')
    await writeFile(join(from, 'program'), '#!/bin/sh\n')
    await chmod(join(from, 'program'), 0o750)
    await utimes(join(from, 'program'), 1, 2)
    await symlink('/etc/passwd', join(from, 'link'))
    await copyData(from, to)
    expect(await readFile(join(to, 'deep', 'er', 'a'), 'utf8')).toBe('text')
    const facts = await stat(join(to, 'program'))
    expect([facts.mode & 0o777, facts.mtimeMs]).toEqual([0o750, 2000])
    expect(await readlink(join(to, 'link'))).toBe('/etc/passwd')
  })

  it('leaves pipes out, and waits for none', async () => {
    await using folder = await temporaryFolder()
    const [from, to] = [join(folder.path, 'data'), join(folder.path, 'copy')]
    await mkdir(from)
    makePipe(join(from, 'pipe'))
    await writeFile(join(from, 'file'), '')
    await copyData(from, to)
    expect((await listing(to)).map((line) => line.split(' ')[0])).toEqual(['', 'file'])
  })

  it('refuses a folder deeper than anybody would make one', async () => {
    await using folder = await temporaryFolder()
    const from = join(folder.path, 'data')
    await mkdir(join(from, ...Array.from({ length: 70 }, () => 'd')), { recursive: true })
    const error = { code: 'MB_PLUGIN_DATA' }
    await expect(copyData(from, join(folder.path, 'copy'))).rejects.toMatchObject(error)
    await expect(markOfData(from)).rejects.toMatchObject(error)
  })

  it('refuses more than anybody would keep, also files of nothing but holes', async () => {
    await using folder = await temporaryFolder()
    const from = join(folder.path, 'data')
    await mkdir(from)
    for (const name of ['a', 'b', 'c']) {
      await writeFile(join(from, name), '')
      await truncate(join(from, name), 400_000)
    }
    const copy = (to: string, limits: DataLimits): Promise<void> =>
      copyData(from, join(folder.path, to), { limits })
    await expect(copy('one', { files: 9, bytes: 1_000_000 })).rejects.toMatchObject({
      code: 'MB_PLUGIN_DATA',
      message: `Cannot copy "${from}": it holds more than 1000000 bytes`,
    })
    await expect(copy('two', { files: 2, bytes: 2_000_000 })).rejects.toMatchObject({
      message: `Cannot copy "${from}": it holds more than 2 files`,
    })
    await copy('three', { files: 3, bytes: 1_200_000 })
  })

  it('follows no link that takes the place of a folder or a file meanwhile', async () => {
    await using folder = await temporaryFolder()
    const [from, secret] = [join(folder.path, 'data'), join(folder.path, 'secret')]
    await mkdir(join(from, 'a'), { recursive: true })
    await mkdir(secret)
    await writeFile(join(from, 'a', 'key'), 'mine')
    await writeFile(join(secret, 'key'), 'SECRET')
    const done = new AbortController()
    // The plugin, as fast as it can: a folder, then a link to the person's in its place.
    const plugin = (async () => {
      while (!done.signal.aborted) {
        await rename(join(from, 'a'), join(from, 'b'))
        await symlink(secret, join(from, 'a'))
        await rm(join(from, 'a'))
        await rename(join(from, 'b'), join(from, 'a'))
      }
    })()
    const rounds = process.env['MB_TEST_SIZE'] === 'full' ? 2000 : 100
    for (let round = 0; round < rounds; round += 1) {
      const to = join(folder.path, `copy-${round}`)
      // What is gone by then ends the copy, which is tried again.
      await copyData(from, to).catch(() => {})
    }
    done.abort()
    await plugin
    const { status } = spawnSync('grep', ['-rq', 'SECRET', '--exclude-dir=secret', folder.path])
    expect(status).toBe(1)
  })
})

describe('markOfData()', () => {
  it('is another one after whatever is done in the folder', async () => {
    await using folder = await temporaryFolder()
    const data = join(folder.path, 'data')
    const marks = [await markOfData(data)]
    const steps = [
      () => mkdir(data),
      () => writeFile(join(data, 'a'), '1'),
      () => writeFile(join(data, 'a'), '2'),
      // A write that hides its time.
      () => utimes(join(data, 'a'), 0, 0),
      () => rename(join(data, 'a'), join(data, 'b')),
      () => symlink('b', join(data, 'c')),
      () => rm(join(data, 'c')),
    ]
    for (const step of steps) {
      await step()
      marks.push(await markOfData(data))
    }
    expect(new Set(marks).size).toBe(steps.length + 1)
    expect(await markOfData(data)).toBe(marks.at(-1))
  })
})
