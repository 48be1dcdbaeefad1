import { execFile } from 'node:child_process'
import { cp, chmod, readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { extractArchive, generateSigningKey, verifyPackage } from '@mb/manifest'
import { describe, expect, it } from 'vitest'
import { pluginFiles } from '../fixtures/plugin-files.ts'
import { TemporaryFolder } from '../fixtures/temporary-folder.ts'
import { packagePlugin } from './package-plugin.ts'

const key = generateSigningKey()

/** Packages in a process of its own, and prints name and hash of each archive. */
const script = `import { packagePlugin } from '@mb/sdk'
process.umask(Number(process.env.TEST_UMASK))
const { archives, digest } = await packagePlugin(process.env.TEST_FOLDER, {
  output: process.env.TEST_OUTPUT, build: false, sign: JSON.parse(process.env.TEST_KEY) })
console.log(JSON.stringify({ digest, archives: archives.map(({ form, sha256 }) => [form, sha256]) }))`

async function packageElsewhere(env: Readonly<Record<string, string>>): Promise<unknown> {
  const args = ['--conditions=@mb/source', '--input-type=module', '-e', script]
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    cwd: import.meta.dirname,
    env: { ...process.env, ...env, TEST_KEY: JSON.stringify(key) },
  })
  const value: unknown = JSON.parse(stdout)
  return value
}

describe('packagePlugin()', () => {
  it('writes three forms of the same signed files', async () => {
    await using folder = await TemporaryFolder.make(pluginFiles)
    await chmod(folder.file('dist/index.mjs'), 0o700)
    const packaged = await packagePlugin(folder.path, { sign: key })
    const output = folder.file('packages')
    expect(packaged).toEqual({
      name: 'notes',
      version: '1.2.3',
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      keyId: key.keyId,
      files: 6,
      packages: [],
      archives: [
        { form: 'zip', file: `${output}/notes-1.2.3.zip` },
        { form: 'tar.gz', file: `${output}/notes-1.2.3.tar.gz` },
        { form: 'npm', file: `${output}/notes-1.2.3.tgz` },
      ].map((each) => ({ ...each, bytes: expect.any(Number), sha256: expect.any(String) })),
    })
    for (const { form, file, bytes } of packaged.archives) {
      expect((await stat(file)).size).toBe(bytes)
      await extractArchive(file, folder.file(`out-${form}`))
      const facts = await verifyPackage(folder.file(`out-${form}`))
      expect([facts.tree.digest, facts.signature.status]).toEqual([packaged.digest, 'signed'])
      expect(facts.tree.files.map((each) => `${each.path} ${each.mode}`)).toEqual([
        'CHANGELOG.md 644',
        'LICENSE 644',
        'README.md 644',
        'dist/index.mjs 755',
        'package.json 644',
        'plugin.yaml 644',
      ])
    }
  })

  it('gives the same bytes in any time zone, umask, folder and account of files', async () => {
    await using folder = await TemporaryFolder.make()
    const one = folder.file('one')
    const two = folder.file('two')
    // Written in another order, with other times and modes.
    await folder.write(prefixed(pluginFiles, 'one'))
    await folder.write(
      prefixed(Object.fromEntries(Object.entries(pluginFiles).toReversed()), 'two'),
    )
    for (const path of Object.keys(pluginFiles)) {
      await chmod(`${two}/${path}`, 0o600)
      await utimes(`${two}/${path}`, 1_000_000_000, 1_000_000_000)
    }
    const results = [
      await packageElsewhere(environment(one, 'a', 'UTC', 0o022)),
      await packageElsewhere(environment(one, 'b', 'Asia/Kolkata', 0o022)),
      await packageElsewhere(environment(two, 'c', 'America/New_York', 0o077)),
    ]
    expect(results).toEqual([results[0], results[0], results[0]])

    // The control: one other byte is another package.
    await writeFile(`${two}/README.md`, '# Notes\n')
    const other = await packageElsewhere(environment(two, 'd', 'UTC', 0o022))
    expect(other).not.toEqual(results[0])
  })

  it('says nothing of the system in a gzip header', async () => {
    await using folder = await TemporaryFolder.make(pluginFiles)
    const { archives } = await packagePlugin(folder.path, { forms: ['tar.gz'] })
    const bytes = await readFile(archives[0]?.file ?? '')
    // RFC 1952: magic, deflate, no flags, no time, best compression, unknown system
    expect(bytes.subarray(0, 10).toString('hex')).toBe('1f8b08000000000002ff')
  })

  it('builds first, and shows why a build failed', async () => {
    await using folder = await TemporaryFolder.make({
      ...pluginFiles,
      'package.json': packageJson('node build.js'),
      'build.js': `require('node:fs').writeFileSync('dist/made.mjs', '')`,
    })
    expect(await packagePlugin(folder.path, { forms: ['zip'] })).toMatchObject({ files: 7 })

    await folder.write({ 'build.js': `console.log('no such module'); process.exit(3)` })
    const before = await folder.list()
    await expect(packagePlugin(folder.path, { forms: ['npm'] })).rejects.toMatchObject({
      code: 'MB_SDK_COMMAND_FAILED',
      message: `Cannot run "npm run build" in "${folder.path}": it ended with code 3`,
      hint: expect.stringContaining('no such module'),
    })
    expect(await folder.list()).toEqual(before)
  })

  it('packages twice what holds its own packages', async () => {
    await using folder = await TemporaryFolder.make({
      'plugin.yaml': pluginFiles['plugin.yaml'] ?? '',
      'dist/index.mjs': '',
    })
    const options = { output: folder.file('dist-packages'), forms: ['zip'] } as const
    const first = await packagePlugin(folder.path, options)
    expect(await packagePlugin(folder.path, options)).toEqual(first)
  })

  it.each([
    [
      'a secret by its name',
      { 'dist/.env': 'x' },
      '"dist/.env": a file of that name keeps secrets',
    ],
    ['a private key', { 'dist/a.js': key.privateKey }, '"dist/a.js": it holds a private key'],
  ])('refuses %s, and writes nothing', async (_, files, state) => {
    await using folder = await TemporaryFolder.make({ ...pluginFiles, ...files })
    const before = await folder.list()
    await expect(packagePlugin(folder.path)).rejects.toMatchObject({
      code: 'MB_SDK_SECRET_FILE',
      message: `Cannot package ${state}`,
      outcome: 'refused',
    })
    expect(await folder.list()).toEqual(before)
    const allowSecretFiles = Object.keys(files)
    expect(await packagePlugin(folder.path, { allowSecretFiles })).toMatchObject({ files: 7 })
  })

  it('refuses to package without the entry', async () => {
    await using folder = await TemporaryFolder.make({ ...pluginFiles, 'dist/index.mjs': '' })
    await writeFile(
      folder.file('plugin.yaml'),
      (pluginFiles['plugin.yaml'] ?? '').replace('index.mjs', 'main.mjs'),
    )
    await expect(packagePlugin(folder.path)).rejects.toMatchObject({
      code: 'MB_SDK_FILE_MISSING',
      message: 'Cannot package "notes": its entry "dist/main.mjs" is not there',
    })
  })

  it('refuses a link in what it packages', async () => {
    await using folder = await TemporaryFolder.make(pluginFiles)
    await symlink('/etc/passwd', folder.file('dist/passwd'))
    await expect(packagePlugin(folder.path)).rejects.toMatchObject({ code: 'MB_SDK_FILE_KIND' })
  })

  it('refuses a path that npm makes too long, and takes it in the other forms', async () => {
    const long = `dist/${'a'.repeat(115)}/${'b'.repeat(119)}`
    await using folder = await TemporaryFolder.make({ ...pluginFiles, [long]: '' })
    await expect(packagePlugin(folder.path)).rejects.toMatchObject({
      code: 'MB_SDK_FILE_NAME',
      message: `Cannot package "${long}" as npm: "package/${long}" is longer than 240 bytes`,
    })
    expect(await folder.list()).not.toContain('packages')
    expect(await packagePlugin(folder.path, { forms: ['zip', 'tar.gz'] })).toMatchObject({
      files: 7,
    })
  })

  it('needs a package.json for an npm tarball, and makes the other forms without', async () => {
    await using folder = await TemporaryFolder.make({
      'plugin.yaml': pluginFiles['plugin.yaml'] ?? '',
      'dist/index.mjs': '',
    })
    const { archives } = await packagePlugin(folder.path)
    expect(archives.map((each) => each.form)).toEqual(['zip', 'tar.gz'])
    await expect(packagePlugin(folder.path, { forms: ['npm'] })).rejects.toMatchObject({
      code: 'MB_SDK_PROJECT_MISSING',
    })
  })

  it('leaves nothing when the signal came', async () => {
    await using folder = await TemporaryFolder.make(pluginFiles)
    const before = await folder.list()
    await expect(packagePlugin(folder.path, { signal: AbortSignal.abort() })).rejects.toMatchObject(
      { name: 'AbortError' },
    )
    expect(await folder.list()).toEqual(before)
  })

  it('says that there is no plugin', async () => {
    await using folder = await TemporaryFolder.make()
    await expect(packagePlugin(folder.file('none'))).rejects.toMatchObject({
      code: 'MB_SDK_PROJECT_MISSING',
      outcome: 'not-found',
    })
    await expect(packagePlugin(folder.path)).rejects.toMatchObject({ code: 'MB_MANIFEST_MISSING' })
  })

  it('leaves the folder of a plugin as it was, but for the packages', async () => {
    await using folder = await TemporaryFolder.make(prefixed(pluginFiles, 'a'))
    await cp(folder.file('a'), folder.file('b'), { recursive: true })
    await packagePlugin(folder.file('b'), { output: folder.file('out') })
    const all = await folder.list()
    const below = (name: string): readonly string[] =>
      all.filter((path) => path.startsWith(`${name}/`)).map((path) => path.slice(2))
    expect(below('b')).toEqual(below('a'))
  })
})

function environment(
  folder: string,
  output: string,
  zone: string,
  umask: number,
): Readonly<Record<string, string>> {
  return {
    TEST_FOLDER: folder,
    TEST_OUTPUT: `${folder}/../out-${output}`,
    TEST_UMASK: String(umask),
    TZ: zone,
  }
}

function prefixed(
  files: Readonly<Record<string, string>>,
  folder: string,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(files).map(([path, content]) => [`${folder}/${path}`, content]),
  )
}

function packageJson(build: string): string {
  return JSON.stringify({ name: 'notes', version: '1.2.3', files: ['dist'], scripts: { build } })
}
