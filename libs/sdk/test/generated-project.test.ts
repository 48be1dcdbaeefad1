import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify, stripVTControlCharacters } from 'node:util'
import {
  createPlugin,
  listTemplates,
  packagePlugin,
  testPlugin,
  validatePlugin,
  type PackagedPlugin,
} from '@mb/sdk'
import { extractArchive } from '@mb/manifest'
import corePackage from '@mb/plugin-core/package.json' with { type: 'json' }
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const repository = join(import.meta.dirname, '..', '..', '..')
const cells = listTemplates().flatMap(({ name, languages }) =>
  languages.map((language) => ({ template: name, language })),
)

/**
 * What `npm install` would bring, from this repository: its own packages in the versions that it has, and the sources
 * of plugin-core, so that no build is needed.
 */
async function linkPackages(directory: string): Promise<void> {
  const modules = join(directory, 'node_modules')
  for (const name of ['esbuild', 'typescript', 'vitest', '@types/node', '.bin']) {
    await mkdir(dirname(join(modules, name)), { recursive: true })
    await symlink(join(repository, 'node_modules', name), join(modules, name))
  }
  const core = join(modules, '@mb', 'plugin-core')
  await mkdir(core, { recursive: true })
  await symlink(join(repository, 'libs', 'plugin-core', 'src'), join(core, 'src'))
  const packageJson = { type: 'module', exports: { './plugin': './src/plugin.ts' } }
  await writeFile(join(core, 'package.json'), JSON.stringify(packageJson))
}

describe.each(cells)('a plugin from $template in $language', ({ template, language }) => {
  let folder = ''
  let directory = ''

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mb-generated-'))
    directory = join(folder, 'field-notes')
    await createPlugin({ directory, template, language, author: 'Ada <ada@example.org>' })
    await linkPackages(directory)
  })

  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('is formatted', async () => {
    const config = join(repository, '.oxfmtrc.json')
    const { stdout } = await promisify(execFile)(
      join(repository, 'node_modules', '.bin', 'oxfmt'),
      ['--config', config, '--check', '.'],
      { cwd: directory },
    )
    expect(stdout).toContain('All matched files use the correct format')
  })

  it('has green tests at once: three units and one integration at least', async () => {
    const { ok, output } = await testPlugin(directory)
    expect({ ok, output }).toEqual({ ok: true, output: expect.any(String) })
    const plain = stripVTControlCharacters(output)
    expect(Number(/Tests\s+(\d+) passed \(\d+\)/.exec(plain)?.[1])).toBeGreaterThanOrEqual(4)
    expect(plain).toContain('test/field-notes.test.ts')
  })

  it('has no type error', async () => {
    const run = promisify(execFile)('npm', ['run', '--silent', 'types'], { cwd: directory })
    await expect(run).resolves.toEqual({ stdout: '', stderr: expect.any(String) })
  })

  it('validates without an error, before and after it is built', async () => {
    const before = await validatePlugin(directory, { publishing: true })
    expect(before.findings.map((finding) => finding.id)).toEqual(['entry-not-built'])
    const { archives } = await packagePlugin(directory, { output: join(folder, 'first') })
    const after = await validatePlugin(directory, { publishing: true })
    expect(after).toEqual({ ok: true, findings: [] })
    for (const { file } of archives)
      expect((await validatePlugin(file)).findings.map(({ id }) => id)).toEqual(['unsigned'])
  })

  it('packages to the same bytes twice, and to an entry that stands alone', async () => {
    const first = await packagePlugin(directory, { output: join(folder, 'first') })
    const second = await packagePlugin(directory, { output: join(folder, 'second') })
    expect(hashes(second)).toEqual(hashes(first))

    const extracted = join(folder, 'extracted')
    await extractArchive(second.archives[0]?.file ?? '', extracted)
    const script = `import plugin from ${JSON.stringify(pathToFileURL(join(extracted, 'dist/index.mjs')))}
const value = await plugin.commands['field-notes'](
  { arguments: { file: process.argv[1] }, options: { depth: 2, numbered: false } }, {})
console.error(JSON.stringify(value))`
    const sample = join(folder, 'sample.md')
    await writeFile(sample, '# Field\n\nOne two\n')
    const args = ['--input-type=module', '-e', script, sample]
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd: extracted })
    expect([stdout, JSON.parse(stderr)]).toEqual([
      'Field        3\nTotal words  3\n',
      { words: 3, sections: [{ title: 'Field', depth: 1, line: 1, words: 3 }] },
    ])
  })

  it('asks for the plugin-core that it was written for', async () => {
    const text = await readFile(join(directory, 'package.json'), 'utf8')
    expect(JSON.parse(text)).toMatchObject({
      devDependencies: { '@mb/plugin-core': `^${corePackage.version}` },
    })
  })

  it('names the licence, the author and the year in full', async () => {
    const license = await readFile(join(directory, 'LICENSE'), 'utf8')
    expect(license.split('\n', 3)).toEqual([
      'MIT License',
      '',
      `Copyright (c) ${new Date().getUTCFullYear()} Ada <ada@example.org>`,
    ])
  })
})

function hashes({ digest, archives }: PackagedPlugin): unknown {
  return { digest, archives: archives.map(({ form, sha256 }) => [form, sha256]) }
}
