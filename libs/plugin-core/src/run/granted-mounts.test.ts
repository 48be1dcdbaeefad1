import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PathPermission } from '@mb/manifest'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { grantedMounts, type Mounts } from './granted-mounts.ts'

let root: string

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'mb-mounts-')))
  for (const folder of ['work/docs', 'home/.mb/data', 'home/.ssh', 'home/notes'])
    await mkdir(join(root, folder), { recursive: true })
  await writeFile(join(root, 'work', 'file'), '')
})

afterEach(async () => {
  await rm(root, { recursive: true })
})

const all = (paths: readonly string[]): readonly PathPermission[] => paths.map((path) => ({ path }))

async function mounts(read: readonly string[], write: readonly string[] = []): Promise<Mounts> {
  const home = join(root, 'home')
  const data = join(home, '.mb', 'data')
  return await grantedMounts(
    { read: all(read), write: all(write) },
    { workspace: join(root, 'work'), data, home },
    { home: join(home, '.mb'), data },
  )
}

describe('grantedMounts()', () => {
  it('puts the folders in place of the variables, once each', async () => {
    const read = [
      '${workspace}/**',
      '${workspace}',
      '${workspace}/file',
      '${home}/notes/**',
      `${root}/work/docs/**`,
    ]
    expect(await mounts(read, ['${data}/**'])).toEqual({
      read: ['work', 'work/file', 'home/notes', 'work/docs'].map((path) => join(root, path)),
      write: [join(root, 'home', '.mb', 'data')],
    })
  })

  it('leaves out what does not exist', async () => {
    const read = ['${workspace}/missing/**', '${workspace}/file/below', '${data}/missing']
    expect(await mounts(read)).toEqual({ read: [], write: [] })
  })

  it('refuses a link out of the folder, and takes one within it (control)', async () => {
    await symlink('docs', join(root, 'work', 'within'))
    expect(await mounts(['${workspace}/within/**'])).toEqual({
      read: [join(root, 'work', 'docs')],
      write: [],
    })
    await symlink(join(root, 'home', '.ssh'), join(root, 'work', 'out'))
    await expect(mounts(['${workspace}/out/**'])).rejects.toMatchObject({
      code: 'MB_PERMISSION_PATH',
    })
  })

  it.each(['${home}/**', '${home}/.mb/**', '${home}/.mb'])(
    'refuses %s: our own files are there',
    async (path) => {
      await expect(mounts([path])).rejects.toMatchObject({ code: 'MB_PERMISSION_PATH' })
    },
  )

  it('refuses a name that Node would read as a wildcard', async () => {
    await mkdir(join(root, 'work*'))
    await expect(mounts([`${root}/work*/**`])).rejects.toMatchObject({ code: 'MB_PERMISSION_PATH' })
  })
})
