import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../fixtures/plugin-folder.ts'
import { findProject } from './find-project.ts'

async function put(root: string, ...paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), '')
  }
}

describe('findProject()', () => {
  it('puts the lockfile of a monorepo at its root, and names the folder that requires', async () => {
    await using folder = await temporaryFolder()
    const root = join(folder.path, 'town')
    await put(root, '.git/HEAD', 'packages/site/milkbottle.yaml', 'packages/site/src/index.ts')
    expect(findProject(join(root, 'packages/site/src'))).toEqual({
      folder: join(root, 'packages/site'),
      settings: join(root, 'packages/site/milkbottle.yaml'),
      lockfile: join(root, 'milkbottle.lock'),
      set: 'packages/site',
    })
  })

  it('takes the topmost lockfile of the repository, and none from above it', async () => {
    await using folder = await temporaryFolder()
    const root = join(folder.path, 'town')
    await put(folder.path, 'milkbottle.lock')
    await put(
      root,
      '.git/HEAD',
      'apps/milkbottle.lock',
      'apps/one/milkbottle.lock',
      'apps/one/milkbottle.json',
    )
    expect(findProject(join(root, 'apps/one'))).toMatchObject({
      lockfile: join(root, 'apps/milkbottle.lock'),
      set: 'one',
    })
  })

  it('keeps to the folder of the settings where there is no repository', async () => {
    await using folder = await temporaryFolder()
    await put(folder.path, 'one/milkbottle.yaml', 'one/deep/er')
    expect(findProject(join(folder.path, 'one/deep'))).toMatchObject({
      lockfile: join(folder.path, 'one/milkbottle.lock'),
      set: '.',
    })
  })

  it.each(['milkbottle.lock', '.git/HEAD'])(
    'takes no %s from a folder that anybody may write to, nor from above it',
    async (planted) => {
      await using folder = await temporaryFolder()
      const shared = join(folder.path, 'shared')
      await put(folder.path, planted, join('shared', planted), 'shared/mine/milkbottle.yaml')
      const find = () => findProject(join(shared, 'mine')).lockfile
      // The control: among folders of one's own it is the project's.
      expect(find()).toBe(join(planted === '.git/HEAD' ? shared : folder.path, 'milkbottle.lock'))
      await chmod(shared, 0o1777)
      expect(find()).toBe(join(shared, 'mine', 'milkbottle.lock'))
    },
  )
})
