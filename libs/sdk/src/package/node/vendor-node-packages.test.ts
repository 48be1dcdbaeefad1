import { execFile } from 'node:child_process'
import { mkdir, readFile, symlink } from 'node:fs/promises'
import { promisify } from 'node:util'
import { extractArchive, verifyPackage } from '@mb/manifest'
import { describe, expect, it } from 'vitest'
import { pluginFiles } from '../../fixtures/plugin-files.ts'
import { TemporaryFolder } from '../../fixtures/temporary-folder.ts'
import { packagePlugin } from '../package-plugin.ts'

function json(value: unknown): string {
  return JSON.stringify(value)
}

function manifest(dependencies: Readonly<Record<string, string>>): string {
  return `${pluginFiles['plugin.yaml']}dependencies: ${json(dependencies)}\n`
}

const entry = `import { pad } from 'pad'\nimport '@acme/tell'\nconsole.log(pad(7))\n`
/** "pad" needs "fill" 1, "@acme/tell" needs "fill" 2, which is installed in it; "unused" nobody imports. */
const installed: Readonly<Record<string, string>> = {
  'node_modules/pad/package.json': json({
    name: 'pad',
    version: '1.3.0',
    license: 'MIT',
    type: 'module',
    dependencies: { fill: '^1.0.0' },
    optionalDependencies: { 'not-here': '1' },
    peerDependencies: { 'nor-here': '1' },
    scripts: { postinstall: 'node evil.js' },
  }),
  'node_modules/pad/index.js': `import fill from 'fill'\nexport const pad = (n) => n + fill\n`,
  'node_modules/pad/LICENSE': 'MIT License\n',
  'node_modules/pad/evil.js': `throw new Error('ran')\n`,
  'node_modules/fill/package.json': json({ name: 'fill', version: '1.0.0', type: 'module' }),
  'node_modules/fill/index.js': 'export default 1\n',
  'node_modules/@acme/tell/package.json': json({
    name: '@acme/tell',
    version: '2.0.0',
    type: 'module',
    dependencies: { fill: '^2.0.0', pad: '*' },
  }),
  'node_modules/@acme/tell/index.js': `import fill from 'fill'\nconsole.log('tell', fill)\n`,
  'node_modules/@acme/tell/node_modules/fill/package.json': json({
    name: 'fill',
    version: '2.0.0',
    type: 'module',
  }),
  'node_modules/@acme/tell/node_modules/fill/index.js': 'export default 2\n',
  'node_modules/unused/package.json': json({ name: 'unused', version: '5.0.0', license: 'ISC' }),
  'node_modules/unused/index.js': '',
}
const declared = { pad: '^1.3.0', '@acme/tell': '2', unused: '^5.0.0' }
const project = {
  ...pluginFiles,
  'plugin.yaml': manifest(declared),
  'dist/index.mjs': entry,
  ...installed,
}

/** Packages without any network or script, and unpacks what came of it. */
async function unpacked(folder: TemporaryFolder) {
  const packaged = await packagePlugin(folder.path, { build: false, forms: ['npm'] })
  const out = folder.file('out')
  const [archive] = packaged.archives
  await extractArchive(archive?.file ?? '', out)
  return { packaged, out, facts: await verifyPackage(out) }
}

describe('packagePlugin() of a plugin for Node that imports packages', () => {
  it('brings them along with all that they need, each in its own version', async () => {
    await using folder = await TemporaryFolder.make(project)
    const { out, facts } = await unpacked(folder)
    expect(
      facts.tree.files.map(({ path }) => path).filter((path) => path.startsWith('node')),
    ).toEqual(
      [
        'node_modules/@acme/tell/index.js',
        'node_modules/@acme/tell/package.json',
        'node_modules/fill/index.js',
        'node_modules/fill/package.json',
        'node_modules/pad/LICENSE',
        'node_modules/pad/evil.js',
        'node_modules/pad/index.js',
        'node_modules/pad/node_modules/fill/index.js',
        'node_modules/pad/node_modules/fill/package.json',
        'node_modules/pad/package.json',
      ].toSorted(),
    )
    const { stdout } = await promisify(execFile)(process.execPath, ['dist/index.mjs'], { cwd: out })
    expect(stdout).toBe('tell 2\n8\n')
  })

  it('lists them in an SBOM with what was bundled', async () => {
    await using folder = await TemporaryFolder.make(project)
    const { out, packaged } = await unpacked(folder)
    const sbom: unknown = JSON.parse(await readFile(`${out}/.milkbottle/sbom.json`, 'utf8'))
    expect(sbom).toMatchObject({
      bomFormat: 'CycloneDX',
      specVersion: '1.6',
      metadata: { component: { name: 'notes', version: '1.2.3' } },
      components: [
        { purl: 'pkg:npm/%40acme/tell@2.0.0' },
        { purl: 'pkg:npm/pad@1.3.0', licenses: [{ license: { name: 'MIT' } }] },
        { purl: 'pkg:npm/fill@2.0.0' },
        { purl: 'pkg:npm/fill@1.0.0', hashes: [{ alg: 'SHA-256' }] },
        { purl: 'pkg:npm/unused@5.0.0', properties: [{ name: 'milkbottle:bundled' }] },
      ],
    })
    expect(packaged.packages.map(({ name, version, path }) => [name, version, path])).toEqual([
      ['@acme/tell', '2.0.0', 'node_modules/@acme/tell'],
      ['pad', '1.3.0', 'node_modules/pad'],
      ['fill', '2.0.0', 'node_modules/fill'],
      ['fill', '1.0.0', 'node_modules/pad/node_modules/fill'],
      ['unused', '5.0.0', undefined],
    ])
  })

  it('gives the same bytes twice', async () => {
    await using folder = await TemporaryFolder.make(project)
    const twice = [
      await packagePlugin(folder.path, { build: false }),
      await packagePlugin(folder.path, { build: false }),
    ]
    expect(twice[1]).toEqual(twice[0])
  })

  it('brings along nothing that a bundle does not import', async () => {
    await using folder = await TemporaryFolder.make({ ...project, 'dist/index.mjs': 'export {}\n' })
    const { facts } = await unpacked(folder)
    expect(facts.tree.files.some(({ path }) => path.startsWith('node_modules'))).toBe(false)
  })

  it('copies a package of a workspace as it would be published', async () => {
    await using folder = await TemporaryFolder.make({
      ...prefixed(project, 'plugin'),
      'lib/package.json': json({
        name: 'lib',
        version: '1.0.0',
        type: 'module',
        files: ['dist'],
        exports: './dist/index.js',
      }),
      'lib/dist/index.js': `export const pad = () => 'from a workspace'\n`,
      'lib/src/secret.ts': '',
      'plugin/plugin.yaml': manifest({ lib: '*' }),
      'plugin/dist/index.mjs': `import { pad } from 'lib'\nconsole.log(pad())\n`,
    })
    await mkdir(folder.file('node_modules'))
    await symlink('../lib', folder.file('node_modules/lib'))
    const { archives } = await packagePlugin(folder.file('plugin'), {
      build: false,
      forms: ['zip'],
    })
    await extractArchive(archives[0]?.file ?? '', folder.file('out'))
    const { tree } = await verifyPackage(folder.file('out'))
    expect(tree.files.map(({ path }) => path).filter((path) => path.includes('lib'))).toEqual([
      'node_modules/lib/dist/index.js',
      'node_modules/lib/package.json',
    ])
  })

  it.each([
    [
      'is not installed',
      {
        'dist/index.mjs': `import 'pad'; import 'gone'`,
        'plugin.yaml': manifest({ gone: '^1.0.0' }),
      },
      'Cannot package what the plugin needs: "gone" is not installed',
    ],
    [
      'is installed in another version',
      { 'plugin.yaml': manifest({ ...declared, pad: '^2.0.0', unused: '^6.0.0' }) },
      'Cannot package what the plugin needs: "pad" is installed as 1.3.0, not ^2.0.0; "unused" is installed as 5.0.0, not ^6.0.0',
    ],
    [
      'needs one that is not installed',
      {
        'node_modules/pad/package.json': json({
          name: 'pad',
          version: '1.3.0',
          dependencies: { gone: '1' },
        }),
      },
      'Cannot package "pad": it needs "gone", which is not installed',
    ],
  ])('refuses when a package %s', async (_what, files, message) => {
    await using folder = await TemporaryFolder.make({ ...project, ...files })
    await expect(packagePlugin(folder.path, { build: false })).rejects.toMatchObject({
      code: 'MB_SDK_PACKAGES_MISSING',
      message,
    })
    expect((await folder.list()).filter((path) => path.startsWith('packages'))).toEqual([])
  })

  it.each([
    ['native code', 'build/Release/pad.node', 'MB_SDK_PACKAGE_UNFIT'],
    ['what has to be built', 'binding.gyp', 'MB_SDK_PACKAGE_UNFIT'],
    ['a secret', '.npmrc', 'MB_SDK_SECRET_FILE'],
  ])('refuses a package with %s', async (_what, file, code) => {
    await using folder = await TemporaryFolder.make({
      ...project,
      [`node_modules/pad/${file}`]: 'x',
    })
    await expect(packagePlugin(folder.path, { build: false })).rejects.toMatchObject({ code })
  })

  it.each(['../../../outside', '..', 'pad/../../outside', '/etc', 'a\\b', '.hidden'])(
    'follows no package that needs "%s"',
    async (name) => {
      await using folder = await TemporaryFolder.make({
        ...prefixed(project, 'plugin'),
        'outside/package.json': json({ name: 'outside', version: '1.0.0' }),
        'plugin/node_modules/pad/package.json': json({
          name: 'pad',
          version: '1.3.0',
          type: 'module',
          optionalDependencies: { [name]: '*' },
        }),
      })
      const before = await folder.list()
      await expect(packagePlugin(folder.file('plugin'), { build: false })).rejects.toMatchObject({
        code: 'MB_SDK_PACKAGE_UNFIT',
        message: expect.stringContaining('is no name of a package'),
      })
      expect(await folder.list()).toEqual(before)
    },
  )

  it('takes no folder for a package whose package.json is a link to another', async () => {
    await using folder = await TemporaryFolder.make({
      ...project,
      'private/package.json': json({ name: 'gone', version: '1.0.0' }),
      'dist/index.mjs': `import 'gone'`,
      'plugin.yaml': manifest({ gone: '*' }),
    })
    await mkdir(folder.file('node_modules/gone'))
    await symlink('../../private/package.json', folder.file('node_modules/gone/package.json'))
    await expect(packagePlugin(folder.path, { build: false })).rejects.toMatchObject({
      code: 'MB_SDK_PACKAGES_MISSING',
    })
  })

  it('refuses a package with a link out of it', async () => {
    await using folder = await TemporaryFolder.make(project)
    await symlink('/etc/passwd', folder.file('node_modules/pad/users'))
    await expect(packagePlugin(folder.path, { build: false })).rejects.toMatchObject({
      code: 'MB_SDK_FILE_KIND',
      message: 'Cannot package "pad": "users" is a link',
    })
  })
})

function prefixed(files: Readonly<Record<string, string>>, folder: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text]),
  )
}
