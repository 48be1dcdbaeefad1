import { chmod, cp, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findPython } from './find-python.ts'

let folder: string

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'mb-python-')))
})

afterEach(async () => {
  await rm(folder, { recursive: true })
})

/** A Python as far as its files tell: any program will do, for none is run. */
async function makePython(prefix: string, name: string): Promise<string> {
  const place = join(folder, prefix, 'bin')
  await mkdir(place, { recursive: true })
  await mkdir(join(folder, prefix, 'lib', 'python3.13'), { recursive: true })
  await cp('/bin/true', join(place, name))
  await chmod(join(place, name), 0o755)
  return place
}

const find = (folders: readonly string[], range?: string): ReturnType<typeof findPython> =>
  findPython({ id: 'local/notes', folders, range })

describe('findPython()', () => {
  it('takes one outside the system with what it needs, by the file that its links lead to', async () => {
    const bin = await makePython('versions/3.13.1', 'python3.13')
    const environment = join(folder, 'venv', 'bin')
    await mkdir(environment, { recursive: true })
    await symlink(join(bin, 'python3.13'), join(environment, 'python3'))
    expect(await find([environment])).toEqual({
      file: join(bin, 'python3.13'),
      version: '3.13',
      mounts: [join(bin, 'python3.13'), join(folder, 'versions/3.13.1/lib')],
    })
  })

  it('reads the version from its library when the name does not say it', async () => {
    const bin = await makePython('own', 'python3')
    expect(await find([bin])).toMatchObject({ version: '3.13' })
  })

  it('takes the first that is enough', async () => {
    const old = await makePython('old', 'python3.10')
    const recent = await makePython('recent', 'python3.12')
    expect(await find([old, recent])).toMatchObject({ version: '3.10' })
    expect(await find([old, recent], '>=3.11.2')).toMatchObject({ version: '3.12' })
  })

  it('takes the newest of one folder', async () => {
    const bin = await makePython('many', 'python3.9')
    await makePython('many', 'python3.12')
    expect(await find([bin])).toMatchObject({ version: '3.12' })
  })

  it('tells what was found and not enough', async () => {
    const old = await makePython('old', 'python3.8')
    await expect(find([old])).rejects.toMatchObject({
      code: 'MB_PLUGIN_RUNTIME',
      message: 'Cannot run plugin "local/notes": it needs Python >=3.9, this machine has 3.8',
      details: { plugin: 'local/notes', runtime: 'python', range: '>=3.9', found: ['3.8'] },
    })
    await expect(find([join(folder, 'nowhere')], '^3.14.0')).rejects.toMatchObject({
      code: 'MB_PLUGIN_RUNTIME',
      message: 'Cannot run plugin "local/notes": it needs Python ^3.14.0, this machine has none',
      hint: expect.stringContaining('Install python3'),
    })
  })

  it('passes over what is no program, or what others could have changed', async () => {
    const script = join(folder, 'shims')
    await mkdir(script)
    await writeFile(join(script, 'python3'), '#!/bin/sh\n', { mode: 0o755 })
    await symlink(join(folder, 'gone'), join(script, 'python3.12'))
    const open = await makePython('open', 'python3.12')
    await chmod(join(open, 'python3.12'), 0o777)
    const plain = await makePython('plain', 'python3.12')
    await chmod(join(plain, 'python3.12'), 0o644)
    await expect(find([script, open, plain])).rejects.toMatchObject({ code: 'MB_PLUGIN_RUNTIME' })
    await chmod(join(open, 'python3.12'), 0o755)
    expect(await find([script, open, plain])).toMatchObject({ version: '3.12' })
  })
})
