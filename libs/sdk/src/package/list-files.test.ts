import { mkdir, symlink } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { findProjectPackage } from '../project.ts'
import { pluginFiles } from '../fixtures/plugin-files.ts'
import { TemporaryFolder } from '../fixtures/temporary-folder.ts'
import { listPackageFiles, unmatchedPatterns } from './list-files.ts'

const clutter = {
  'node_modules/x/index.js': '',
  '.git/config': '',
  'packages/notes-1.2.3.zip': '',
  '.milkbottle/tree.json': '{}',
  'src/index.ts': '',
  'assets/a.png': '',
  'assets/deep/b.svg': '',
}
const basic = [
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'dist/index.mjs',
  'package.json',
  'plugin.yaml',
]

async function list(
  folder: TemporaryFolder,
  manifest: { entry: string; runtime: 'node' | 'python' } = {
    entry: 'dist/index.mjs',
    runtime: 'node',
  },
): Promise<readonly string[]> {
  const directory = folder.path
  const project = await findProjectPackage(directory)
  return listPackageFiles({ directory, manifest, manifestFile: 'plugin.yaml', project })
}

function packageJson(files?: readonly string[]): Record<string, string> {
  return { 'package.json': JSON.stringify({ name: 'notes', files }) }
}

describe('listPackageFiles()', () => {
  it('takes the manifest, the documents and what package.json names', async () => {
    await using folder = await TemporaryFolder.make({ ...pluginFiles, ...clutter })
    expect(await list(folder)).toEqual(basic)
  })

  it('takes the folder of the entry when package.json names nothing', async () => {
    await using folder = await TemporaryFolder.make({
      ...pluginFiles,
      ...clutter,
      ...packageJson(),
      'dist/chunk.mjs': '',
    })
    expect(await list(folder)).toEqual([...basic, 'dist/chunk.mjs'].toSorted())
  })

  it('reads folders, globs and exceptions, and takes the entry in any case', async () => {
    await using folder = await TemporaryFolder.make({
      ...pluginFiles,
      ...clutter,
      ...packageJson(['./assets/', '!assets/*.png', '*.txt']),
      'a.txt': '',
      'deep/b.txt': '',
    })
    expect(await list(folder)).toEqual([...basic, 'a.txt', 'assets/deep/b.svg'].toSorted())
  })

  it('takes what is not hidden where there is no package.json', async () => {
    await using folder = await TemporaryFolder.make({
      'plugin.yaml': '',
      'notes/main.py': '',
      'notes/__pycache__/main.pyc': '',
      '.idea/x.xml': '',
      'notes-1.2.3.zip': '',
      ...clutter,
    })
    expect(await list(folder, { entry: 'notes.main', runtime: 'python' })).toEqual([
      'assets/a.png',
      'assets/deep/b.svg',
      'notes/main.py',
      'plugin.yaml',
      'src/index.ts',
    ])
  })

  it('refuses a link that it would take, and minds no other', async () => {
    await using folder = await TemporaryFolder.make(pluginFiles)
    await mkdir(folder.file('src'))
    await symlink('/etc/hostname', folder.file('src/link'))
    expect(await list(folder)).toEqual(basic)
    await symlink('/etc/hostname', folder.file('dist/link'))
    await expect(list(folder)).rejects.toMatchObject({
      code: 'MB_SDK_FILE_KIND',
      message: 'Cannot package "dist/link": it is a link',
    })
  })
})

describe('unmatchedPatterns()', () => {
  it('gives those that name nothing', () => {
    const files = ['dist', 'assets', 'a/*.md', '!b']
    const project = { name: 'x', version: '1.0.0', files, scripts: {}, packages: [] }
    expect(unmatchedPatterns(project, ['dist/index.mjs', 'a/b.md'])).toEqual(['assets'])
  })
})
