import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { describeMissing, missingPackages } from './missing-packages.ts'
import { readVendoredPackages } from './vendored-packages.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mb-vendored-'))
})

afterEach(async () => {
  await rm(folder, { recursive: true })
})

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
}

function packageJson(version: string): string {
  return JSON.stringify({ name: 'x', version })
}

function node(dependencies: Record<string, string>) {
  return { dependencies, runtime: 'node' } as const
}

function python(dependencies: Record<string, string>) {
  return { dependencies, runtime: 'python' } as const
}

describe('missingPackages() of a plugin for Node', () => {
  it('misses nothing that is there in a version of the range', async () => {
    await write({
      'dist/index.mjs': `import pad from 'left-pad'; import '@acme/pdf/render.js'`,
      'node_modules/left-pad/package.json': packageJson('1.3.1'),
      'node_modules/@acme/pdf/package.json': packageJson('2.0.0'),
    })
    const manifest = node({ 'left-pad': '^1.3.0', '@acme/pdf': '*' })
    expect(await missingPackages(manifest, folder)).toEqual([])
  })

  it.each([
    ['a module', 'dist/index.mjs', `import pad from 'left-pad'`],
    ['a late import', 'dist/index.js', `const pad = await import("left-pad/lib/pad.js")`],
    ['CommonJS', 'dist/index.cjs', `const pad = require('left-pad')`],
    ['a bundle', 'dist/index.mjs', `var pad = __require("left-pad")`],
    ['TypeScript', 'src/index.ts', `import pad, { type Pad } from 'left-pad'`],
    ['what is named "type"', 'src/index.ts', `import type from 'left-pad'`],
    ['what is no JavaScript', 'dist/index.js', `import pad from 'left-pad'; %%% not ( code`],
  ])('misses what %s imports', async (_what, file, text) => {
    await write({ [file]: text })
    expect(await missingPackages(node({ 'left-pad': '^1.3.0' }), folder)).toEqual([
      { name: 'left-pad', range: '^1.3.0' },
    ])
  })

  it.each([
    ['was bundled in', 'dist/index.mjs', `// node_modules/left-pad/index.js\nfunction pad() {}`],
    ['stands in a comment', 'dist/index.mjs', `// import pad from 'left-pad'\nexport default {}`],
    [
      'is only typed',
      'src/index.ts',
      `import type { Pad } from 'left-pad'\nexport type * from 'left-pad'`,
    ],
    ['is only declared', 'dist/index.d.ts', `import pad from 'left-pad'`],
    ['another package imports', 'node_modules/other/index.js', `require('left-pad')`],
  ])('does not miss what %s', async (_what, file, text) => {
    await write({ [file]: text })
    expect(await missingPackages(node({ 'left-pad': '^1.3.0' }), folder)).toEqual([])
  })

  it('misses what is there in another version, and says which', async () => {
    await write({ 'node_modules/left-pad/package.json': packageJson('0.9.0') })
    expect(await missingPackages(node({ 'left-pad': '^1.3.0' }), folder)).toEqual([
      { name: 'left-pad', range: '^1.3.0', found: '0.9.0' },
    ])
  })

  it.each([
    ['is no JSON', '{'],
    ['has no version', '{}'],
    ['is a list', '[]'],
    ['is longer than any', `{"version":"1.3.0","x":"${'x'.repeat(1024 * 1024)}"}`],
  ])('misses a package whose package.json %s', async (_what, text) => {
    await write({
      'dist/index.mjs': `import 'left-pad'`,
      'node_modules/left-pad/package.json': text,
    })
    expect(await missingPackages(node({ 'left-pad': '*' }), folder)).toEqual([
      { name: 'left-pad', range: '*' },
    ])
  })

  it('does not wait at a package.json that is a folder or leads nowhere', async () => {
    await write({ 'dist/index.mjs': `import 'a'; import 'b'` })
    await mkdir(join(folder, 'node_modules/a/package.json'), { recursive: true })
    await mkdir(join(folder, 'node_modules/b'))
    await symlink('package.json', join(folder, 'node_modules/b/package.json'))
    await expect(missingPackages(node({ a: '*', b: '*' }), folder)).resolves.toEqual([
      { name: 'a', range: '*' },
      { name: 'b', range: '*' },
    ])
  })
})

describe('missingPackages() of a plugin for Python', () => {
  it('knows a package by any spelling of its name, and without its extras', async () => {
    await write({
      'vendor/python/Beautiful.Soup_4-4.12.3.dist-info/METADATA':
        'Metadata-Version: 2.1\nName: Beautiful.Soup_4\nVersion: 4.12.3\n\nName: other\n',
    })
    const manifest = python({ 'beautiful-soup-4[lxml]': '>=4.12.0 <5.0.0' })
    expect(await missingPackages(manifest, folder)).toEqual([])
    expect(await readVendoredPackages(folder, 'python')).toEqual([
      { name: 'beautiful-soup-4', version: '4.12.3' },
    ])
  })

  it('misses what is not there, and what is there in another version', async () => {
    await write({
      'vendor/python/requests-1.9.dist-info/METADATA': 'Name: requests\nVersion: 1.9\n',
    })
    const missing = await missingPackages(
      python({ requests: '>=2.0.0', beautifulsoup4: '*' }),
      folder,
    )
    expect(missing).toEqual([
      { name: 'requests', range: '>=2.0.0', found: '1.9' },
      { name: 'beautifulsoup4', range: '*' },
    ])
    expect(missing.map(describeMissing)).toEqual([
      'requests >=2.0.0 (there is 1.9)',
      'beautifulsoup4',
    ])
  })
})

it('a program has all that it needs inside', async () => {
  const manifest = { dependencies: { serde: '1' }, runtime: 'executable' } as const
  expect(await missingPackages(manifest, folder)).toEqual([])
})
