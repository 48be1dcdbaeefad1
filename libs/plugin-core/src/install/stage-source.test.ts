import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder, writePlugin } from '../fixtures/plugin-folder.ts'
import { stageSource } from './stage-source.ts'

const files = {
  'node_modules/left-pad/package.json': '{"name":"left-pad","version":"1.3.0"}',
  'node_modules/left-pad/index.js': 'module.exports = () => 1\n',
}

describe('stageSource() of a folder with node_modules', () => {
  it('takes those that were packaged, and verifies them', async () => {
    await using folder = await temporaryFolder()
    const source = await writePlugin(join(folder.path, 'notes'), { files, key: 'none' })
    const home = join(folder.path, 'home')
    await mkdir(home)
    expect(await stageSource(source, join(folder.path, 'staged'), { home })).toMatchObject({
      tree: {
        files: [
          { path: 'dist/index.mjs' },
          { path: 'node_modules/left-pad/index.js' },
          { path: 'node_modules/left-pad/package.json' },
          { path: 'plugin.json' },
        ],
      },
    })
  })

  it('refuses one that was changed since it was packaged', async () => {
    await using folder = await temporaryFolder()
    const source = await writePlugin(join(folder.path, 'notes'), { files, key: 'none' })
    await writeFile(join(source, 'node_modules/left-pad/index.js'), 'evil()\n')
    const home = join(folder.path, 'home')
    await mkdir(home)
    await expect(stageSource(source, join(folder.path, 'staged'), { home })).rejects.toMatchObject({
      code: 'MB_DIGEST_MISMATCH',
    })
  })

  it('leaves out what was installed into a package, or into a plugin under development', async () => {
    await using folder = await temporaryFolder()
    const source = await writePlugin(join(folder.path, 'notes'), { key: 'none' })
    const installed = await writePlugin(join(folder.path, 'other'), { files })
    await cp(join(installed, 'node_modules'), join(source, 'node_modules'), { recursive: true })
    const home = join(folder.path, 'home')
    await mkdir(home)
    for (const each of [source, installed]) {
      const { tree } = await stageSource(each, `${each}-staged`, { home })
      expect(tree.files.map(({ path }) => path)).toEqual(['dist/index.mjs', 'plugin.json'])
    }
  })
})
