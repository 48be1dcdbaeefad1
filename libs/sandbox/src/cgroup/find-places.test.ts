import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findPlaces } from './find-places.ts'

/** A tree like one of the kernel's: each folder with the files that are read of it. */
async function tree(
  folders: Readonly<Record<string, Readonly<Record<string, string>>>>,
): Promise<{ readonly root: string } & AsyncDisposable> {
  const root = await mkdtemp(join(tmpdir(), 'mb-cgroups-'))
  for (const [folder, files] of Object.entries(folders)) {
    const path = join(root, folder)
    // oxlint-disable-next-line no-await-in-loop -- each lies in the one before
    await mkdir(path, { recursive: true })
    const all = { 'cgroup.procs': '', ...files }
    // oxlint-disable-next-line no-await-in-loop -- each lies in the one before
    await Promise.all(Object.entries(all).map(([name, text]) => writeFile(join(path, name), text)))
  }
  return { root, [Symbol.asyncDispose]: () => rm(root, { recursive: true }) }
}

const handsOn = { 'cgroup.subtree_control': 'cpu memory pids\n' }
const holdsProcesses = {
  'cgroup.subtree_control': '\n',
  'memory.max': 'max\n',
  'cpu.max': 'max 100000\n',
}

describe('findPlaces()', () => {
  it('takes the nearest folder above that hands controllers on, in version 2', async () => {
    await using made = await tree({
      '.': handsOn,
      'app.slice': handsOn,
      'app.slice/a.scope': holdsProcesses,
    })
    const folder = join(made.root, 'app.slice/a.scope')
    expect(findPlaces([{ version: 2, controllers: [], root: made.root, folder }])).toEqual([
      {
        version: 2,
        folder: join(made.root, 'app.slice'),
        controllers: ['memory', 'pids', 'cpuacct'],
      },
    ])
  })

  it.each([
    ['memory.max', '1073741824\n'],
    ['memory.high', '1073741824\n'],
    ['cpu.max', '50000 100000\n'],
  ])('does not leave a folder that is limited by %s', async (file, text) => {
    await using made = await tree({ '.': handsOn, 'a.scope': { ...holdsProcesses, [file]: text } })
    const folder = join(made.root, 'a.scope')
    expect(findPlaces([{ version: 2, controllers: [], root: made.root, folder }])).toEqual([])
  })

  it('finds none where nothing is handed on, or only what keeps nothing here', async () => {
    await using made = await tree({
      '.': { 'cgroup.subtree_control': 'io cpu\n' },
      'a.scope': holdsProcesses,
    })
    const folder = join(made.root, 'a.scope')
    expect(findPlaces([{ version: 2, controllers: [], root: made.root, folder }])).toEqual([])
  })

  it('stays below the folder of this process in version 1, and takes none that is not its to change', async () => {
    await using made = await tree({ 'jobs/7': {} })
    const hierarchy = { version: 1, controllers: ['memory'], root: made.root } as const
    const folder = join(made.root, 'jobs/7')
    expect(findPlaces([{ ...hierarchy, folder }])).toEqual([
      { version: 1, folder, controllers: ['memory'] },
    ])
    expect(findPlaces([{ ...hierarchy, folder: join(made.root, 'jobs') }])).toEqual([])
  })
})
