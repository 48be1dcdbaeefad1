import { readFile } from 'node:fs/promises'
import { extractArchive, verifyPackage } from '@mb/manifest'
import { describe, expect, it } from 'vitest'
import { pluginFiles } from '../fixtures/plugin-files.ts'
import { TemporaryFolder } from '../fixtures/temporary-folder.ts'
import { packagePlugin } from './package-plugin.ts'

const yaml = pluginFiles['plugin.yaml'] ?? ''

async function packaged(manifest: Readonly<Record<string, string>>) {
  await using folder = await TemporaryFolder.make({
    ...pluginFiles,
    ...manifest,
  })
  const options = { build: false, forms: ['npm', 'tar.gz'], target: 'linux-x64' } as const
  const { archives, target } = await packagePlugin(folder.path, options)
  await extractArchive(archives[0]?.file ?? '', folder.file('out'))
  const { manifestFile, ...facts } = await verifyPackage(folder.file('out'))
  const names = archives.map(({ file }) => file.slice(folder.file('packages/').length))
  return { names, target, text: await readFile(manifestFile, 'utf8'), manifest: facts.manifest }
}

describe('packagePlugin() for a target', () => {
  it('narrows the platforms of the packaged manifest, and names the target in the file', async () => {
    const { names, target, text, manifest } = await packaged({
      'plugin.yaml': `# Notes\n${yaml}platforms: [linux, darwin] # and no others\n`,
    })
    expect(names).toEqual(['notes-1.2.3-linux-x64.tgz', 'notes-1.2.3-linux-x64.tar.gz'])
    expect([target, manifest.platforms]).toEqual(['linux-x64', ['linux-x64']])
    expect(text).toContain('# Notes\nname: notes\n')
  })

  it('reads the older name of platforms too', async () => {
    const { manifest, text } = await packaged({
      'plugin.yaml': `${yaml}supported_platforms: [linux, windows]\n`,
    })
    expect(manifest.platforms).toEqual(['linux-x64'])
    expect(text).not.toContain('supported_platforms')
  })

  it('narrows a manifest in JSON', async () => {
    await using folder = await TemporaryFolder.make({
      'plugin.json': JSON.stringify({
        name: 'notes',
        version: '1.2.3',
        description: 'Keeps notes',
        author: 'Ada',
        license: 'MIT',
        entry: 'bin/notes',
      }),
      'bin/notes': 'ELF',
    })
    const { archives } = await packagePlugin(folder.path, {
      forms: ['zip'],
      target: 'darwin-arm64',
    })
    await extractArchive(archives[0]?.file ?? '', folder.file('out'))
    const { manifest } = await verifyPackage(folder.file('out'))
    expect(manifest.platforms).toEqual(['darwin-arm64'])
  })

  it.each([
    [
      'linux-x46',
      '',
      'Cannot package "notes" for "linux-x46": there is no such platform',
      'Did you mean "linux-x64"?',
    ],
    [
      'win32-x64',
      'platforms: [linux, darwin]\n',
      'Cannot package "notes" for win32-x64: its manifest says that it runs on linux, darwin',
      'Add it to `platforms`',
    ],
  ])('refuses %s', async (target, more, message, hint) => {
    await using folder = await TemporaryFolder.make({
      ...pluginFiles,
      'plugin.yaml': `${yaml}${more}`,
    })
    await expect(packagePlugin(folder.path, { build: false, target })).rejects.toMatchObject({
      code: 'MB_SDK_OPTION_INVALID',
      message,
      hint,
    })
  })
})
