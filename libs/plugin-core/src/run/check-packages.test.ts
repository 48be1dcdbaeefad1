import { join } from 'node:path'
import { parseManifest } from '@mb/manifest'
import { expect, it } from 'vitest'
import { temporaryFolder, writePlugin } from '../fixtures/plugin-folder.ts'
import { pluginProgram } from './plugin-program.ts'

const basics = {
  name: 'notes',
  version: '1.0.0',
  description: 'Takes notes',
  author: 'Acme',
  license: 'MIT',
}

function request(code: string, manifest: Readonly<Record<string, unknown>>) {
  return {
    id: 'acme/notes',
    code,
    manifest: parseManifest(JSON.stringify({ ...basics, ...manifest }), { format: 'json' }),
    read: [],
    write: [],
    memoryBytes: undefined,
    hasNetwork: false,
  }
}

it('pluginProgram() names the packages that a plugin for Node lacks, and what to do', async () => {
  await using folder = await temporaryFolder()
  const code = await writePlugin(join(folder.path, 'notes'), {
    files: { 'dist/index.mjs': `import pad from 'left-pad'\nimport 'ms'\nexport default {}\n` },
  })
  const dependencies = { 'left-pad': '^1.3.0', ms: '*', bundled: '^2.0.0' }
  await expect(
    pluginProgram(request(code, { entry: 'dist/index.mjs', dependencies })),
  ).rejects.toMatchObject({
    code: 'MB_PLUGIN_PACKAGES',
    message:
      'Cannot load plugin "acme/notes": it needs packages that did not come with it: left-pad ^1.3.0, ms',
    hint: 'Package it with mb sdk package, which puts them into node_modules, and install that package',
    details: {
      missing: [
        { name: 'left-pad', range: '^1.3.0' },
        { name: 'ms', range: '*' },
      ],
    },
  })
})

it('pluginProgram() names the packages that a plugin in Python lacks', async () => {
  await using folder = await temporaryFolder()
  const code = await writePlugin(join(folder.path, 'notes'), {
    files: {
      'notes/main.py': 'from milkbottle import Plugin\n',
      'vendor/python/requests-1.0.dist-info/METADATA': 'Name: requests\nVersion: 1.0\n',
    },
  })
  const dependencies = ['requests>=2.0', 'beautifulsoup4']
  await expect(
    pluginProgram(request(code, { entry: 'notes.main', dependencies })),
  ).rejects.toMatchObject({
    code: 'MB_PLUGIN_PACKAGES',
    message:
      'Cannot load plugin "acme/notes": it needs packages that did not come with it: requests >=2.0.0 (there is 1.0), beautifulsoup4',
  })
})
