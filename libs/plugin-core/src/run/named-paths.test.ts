import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { TypedPath } from './command-values.ts'
import { openNamedPaths, type NamedPaths } from './named-paths.ts'

let workspace: string

beforeEach(async () => {
  workspace = await realpath(await mkdtemp(join(tmpdir(), 'mb-named-')))
  await writeFile(join(workspace, 'a.md'), 'a')
  await mkdir(join(workspace, 'folder'))
  await mkdir(join(workspace, 'home', 'data'), { recursive: true })
  await writeFile(join(workspace, 'home', 'grants.json'), '{}')
  await writeFile(join(workspace, 'home', 'data', 'own'), '')
})

afterEach(async () => {
  await rm(workspace, { recursive: true })
})

const path = (
  typed: string,
  access: TypedPath['access'] = 'read',
  kind: TypedPath['kind'] = 'file',
): TypedPath => ({ typed, access, kind, label: 'argument "x"' })

async function open(...paths: readonly TypedPath[]): Promise<NamedPaths> {
  const own = { home: join(workspace, 'home'), data: join(workspace, 'home', 'data') }
  return await openNamedPaths(paths, { workspace, own })
}

describe('openNamedPaths()', () => {
  it('finds what is there, through links, against the folder that the person is in', async () => {
    await symlink('a.md', join(workspace, 'link'))
    await using named = await open(path('a.md'), path('link'), path('folder', 'write', 'dir'))
    expect(named.mounts).toEqual({
      read: [join(workspace, 'a.md')],
      write: [join(workspace, 'folder')],
    })
    expect(named.inside('link')).toBe(join(workspace, 'a.md'))
  })

  it('makes what is to be written, and takes it back when nobody kept it', async () => {
    {
      await using named = await open(path('new.md', 'write'), path('out', 'write', 'dir'))
      expect(named.mounts.write).toEqual([join(workspace, 'new.md'), join(workspace, 'out')])
      expect((await readdir(workspace)).toSorted()).toEqual([
        'a.md',
        'folder',
        'home',
        'new.md',
        'out',
      ])
    }
    expect((await readdir(workspace)).toSorted()).toEqual(['a.md', 'folder', 'home'])
  })

  it('leaves what was kept, and what was written', async () => {
    {
      await using named = await open(path('kept.md', 'write'))
      named.keep()
    }
    {
      await using named = await open(path('written.md', 'write'))
      await writeFile(named.inside('written.md'), 'text')
    }
    expect(await readdir(workspace)).toEqual(
      expect.arrayContaining(['kept.md', 'written.md', 'a.md']),
    )
  })

  it('takes back what it made when a later one is refused', async () => {
    await expect(open(path('new.md', 'write'), path('missing'))).rejects.toThrow(
      'Cannot use "missing" as argument "x": it does not exist',
    )
    expect(await readdir(workspace)).not.toContain('new.md')
  })

  it('passes "-" on for the standard streams', async () => {
    await using named = await open(path('-'))
    expect([named.mounts, named.inside('-')]).toEqual([{ read: [], write: [] }, '-'])
  })

  it('refuses what cannot be given', async () => {
    await symlink('nowhere', join(workspace, 'dangling'))
    execFileSync('mkfifo', [join(workspace, 'pipe')])
    const refusals = [
      [path('folder'), 'it is no regular file'],
      [path('a.md', 'read', 'dir'), 'it is no folder'],
      [path('pipe'), 'it is no regular file'],
      [path('/dev/null', 'write'), 'it is no regular file'],
      [path('dangling'), 'it does not exist'],
      [path('dangling', 'write'), 'it cannot be made (EEXIST)'],
      [path('a.md/x', 'write'), 'it cannot be made (ENOTDIR)'],
      [path('no/such/x', 'write'), 'the folder for it does not exist'],
      [
        path('star*.md', 'write'),
        `"${workspace}/star*.md" holds "*", which the sandbox cannot take literally`,
      ],
    ] as const
    for (const [refused, state] of refusals) {
      await expect(open(refused)).rejects.toMatchObject({
        code: 'MB_PLUGIN_USAGE',
        message: `Cannot use "${refused.typed}" as argument "x": ${state}`,
      })
    }
  })

  it('keeps the files of MilkBottle closed, but for the data of the plugin itself', async () => {
    await expect(open(path('home/grants.json'))).rejects.toMatchObject({
      code: 'MB_PERMISSION_PATH',
    })
    await expect(open(path('home', 'write', 'dir'))).rejects.toMatchObject({
      code: 'MB_PERMISSION_PATH',
    })
    await expect(open(path('.', 'read', 'dir'))).rejects.toMatchObject({
      code: 'MB_PERMISSION_PATH',
    })
    await using named = await open(path('home/data/own'))
    expect(named.mounts.read).toEqual([join(workspace, 'home', 'data', 'own')])
  })
})
