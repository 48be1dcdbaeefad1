import { symlink } from 'node:fs/promises'
import { generateSigningKey, writePackageMetadata } from '@mb/manifest'
import { describe, expect, it } from 'vitest'
import { pluginFiles } from '../fixtures/plugin-files.ts'
import { TemporaryFolder } from '../fixtures/temporary-folder.ts'
import { packagePlugin } from '../package/package-plugin.ts'
import { writeArchive } from '../package/write-archive.ts'
import { validatePlugin } from './validate-plugin.ts'

const manifest = pluginFiles['plugin.yaml'] ?? ''

/** What is found in the good plugin with some files changed, as `severity id`. */
async function findings(
  files: Readonly<Record<string, string | undefined>>,
): Promise<readonly string[]> {
  const kept = Object.entries({ ...pluginFiles, ...files }).flatMap(([path, content]) =>
    content === undefined ? [] : [[path, content] as const],
  )
  await using folder = await TemporaryFolder.make(Object.fromEntries(kept))
  const { ok, findings: found } = await validatePlugin(folder.path)
  expect(ok).toBe(found.every((each) => each.severity === 'warning'))
  return found.map((each) => `${each.severity} ${each.id}`)
}

describe('validatePlugin() of a folder', () => {
  it('finds nothing in a good plugin', async () => {
    await using folder = await TemporaryFolder.make(pluginFiles)
    expect(await validatePlugin(folder.path)).toEqual({ ok: true, findings: [] })
  })

  it('says where in the manifest something is wrong', async () => {
    await using folder = await TemporaryFolder.make({
      ...pluginFiles,
      'plugin.yaml': manifest.replace('license:', 'licence:'),
    })
    const { ok, findings: found } = await validatePlugin(folder.path)
    expect(ok).toBe(false)
    expect(found).toContainEqual({
      id: 'manifest-unknown-key',
      severity: 'error',
      message: 'There is no key "licence"',
      file: 'plugin.yaml',
      line: 5,
      column: 1,
      hint: 'Did you mean "license"?',
    })
  })

  it.each([
    [{ 'plugin.yaml': undefined }, ['error manifest-missing']],
    [{ 'plugin.json': '{}' }, ['error manifest-ambiguous']],
    [{ 'plugin.yaml': 'name: [' }, ['error manifest-syntax']],
    [{ 'plugin.yaml': `# ${'x'.repeat(1024 * 1024)}` }, ['error manifest-too-large']],
    [{ 'dist/index.mjs': undefined }, ['error entry-missing', 'warning file-missing']],
    [
      { 'README.md': undefined, LICENSE: undefined },
      ['warning license-missing', 'warning readme-missing'],
    ],
    [{ 'CHANGELOG.md': undefined }, ['warning changelog-missing']],
    [{ 'dist/index.mjs': `import 'left-pad'\n` }, ['warning package-undeclared']],
    [
      {
        'dist/index.mjs': `import 'left-pad'\nimport 'node:fs'\n`,
        'plugin.yaml': `${manifest}dependencies: [left-pad]\n`,
      },
      [],
    ],
    [{ 'package.json': '{' }, ['error project-invalid']],
    [{ 'package.json': undefined, 'package.json/a': '' }, ['error project-invalid']],
    [{ 'package.json': '{ "version": "2.0.0", "files": ["dist"] }' }, ['error version-mismatch']],
    [{ 'package.json': '{ "files": ["dist", "assets"] }' }, ['warning file-missing']],
    [{ 'dist/.npmrc': '' }, ['error secret-file']],
    [{ 'dist/a:b': '', 'dist/con.txt': '' }, ['error file-name', 'error file-name']],
  ])('of %j finds %j', async (files, expected) => {
    expect(await findings(files)).toEqual(expected)
  })

  it('takes an entry that a build will write for a warning', async () => {
    const files = { 'dist/index.mjs': undefined, 'package.json': '{ "scripts": { "build": "x" } }' }
    expect(await findings(files)).toEqual(['warning entry-not-built'])
  })

  it('asks for a licence only for publishing', async () => {
    await using folder = await TemporaryFolder.make({
      ...pluginFiles,
      'plugin.yaml': manifest.replace('license: MIT\n', ''),
    })
    const [local, publishing] = [
      await validatePlugin(folder.path),
      await validatePlugin(folder.path, { publishing: true }),
    ]
    expect([local.ok, publishing.ok]).toEqual([true, false])
    expect(publishing.findings[0]).toMatchObject({
      id: 'manifest-missing-license',
      severity: 'error',
    })
  })

  it('finds a link in what would be packaged', async () => {
    await using folder = await TemporaryFolder.make(pluginFiles)
    await symlink('/etc/passwd', folder.file('dist/passwd'))
    expect(await validatePlugin(folder.path)).toMatchObject({
      ok: false,
      findings: [{ id: 'file-kind', message: 'Cannot package "dist/passwd": it is a link' }],
    })
  })

  it('says that there is nothing', async () => {
    await using folder = await TemporaryFolder.make()
    await expect(validatePlugin(folder.file('none'))).rejects.toMatchObject({
      code: 'MB_SDK_PROJECT_MISSING',
      outcome: 'not-found',
    })
  })

  it('runs no code of the plugin', async () => {
    await using folder = await TemporaryFolder.make(pluginFiles)
    const run = `require('node:fs').writeFileSync(${JSON.stringify(folder.file('ran'))}, '')`
    await folder.write({
      'dist/index.mjs': run,
      'package.json': JSON.stringify({ scripts: { build: `node -e '${run}'`, test: 'exit 1' } }),
    })
    await validatePlugin(folder.path)
    expect(await folder.list()).not.toContain('ran')
  })
})

describe('validatePlugin() of an archive', () => {
  it('finds nothing in a signed package, and warns of an unsigned one', async () => {
    await using folder = await TemporaryFolder.make(pluginFiles)
    const results = []
    for (const options of [{ sign: generateSigningKey() }, {}]) {
      const { archives } = await packagePlugin(folder.path, options)
      for (const { file } of archives) results.push(await validatePlugin(file))
    }
    const unsigned = expect.objectContaining({ id: 'unsigned', severity: 'warning' })
    expect(results).toEqual([
      ...Array.from({ length: 3 }, () => ({ ok: true, findings: [] })),
      ...Array.from({ length: 3 }, () => ({ ok: true, findings: [unsigned] })),
    ])
  })

  it('misses the packages that a package from elsewhere does not bring along', async () => {
    await using folder = await TemporaryFolder.make()
    const packed = folder.file('packed')
    await folder.write({
      'packed/plugin.yaml': `${manifest}dependencies: { left-pad: ^1.0.0 }\n`,
      'packed/dist/index.mjs': `import 'left-pad'\n`,
    })
    const { tree } = await writePackageMetadata(packed)
    const entries = tree.files.map(({ path, mode }) => ({ path, mode }))
    const { temporary } = await writeArchive('zip', packed, entries, { goal: folder.file('a.zip') })
    const { ok, findings: found } = await validatePlugin(temporary)
    expect(ok).toBe(false)
    expect(found).toContainEqual({
      id: 'package-missing',
      severity: 'error',
      message: 'The manifest declares left-pad ^1.0.0, which is not in the package',
      file: 'plugin.yaml',
      hint: 'Package the plugin with `mb sdk package`, which takes it along',
    })
  })

  it('gives the reason for which an archive is refused as a finding', async () => {
    await using folder = await TemporaryFolder.make({ 'a.zip': 'not an archive' })
    expect(await validatePlugin(folder.file('a.zip'))).toEqual({
      ok: false,
      findings: [
        {
          id: 'archive-form',
          severity: 'error',
          message: expect.stringContaining('Cannot extract archive'),
          hint: expect.any(String),
        },
      ],
    })
  })
})
