import { chmod, mkdir, readFile, stat } from 'node:fs/promises'
import { errorCode } from '@mb/kernel'
import { checkManifest } from '@mb/manifest'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { propertyRuns } from '../fixtures/property-runs.ts'
import { TemporaryFolder } from '../fixtures/temporary-folder.ts'
import { createPlugin } from './create-plugin.ts'

const files = [
  '.editorconfig',
  '.github/workflows/ci.yml',
  '.gitignore',
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'package.json',
  'plugin.yaml',
  'src/format.test.ts',
  'src/format.ts',
  'src/index.ts',
  'src/outline.test.ts',
  'src/outline.ts',
  'test/context.ts',
  'test/notes.test.ts',
  'tsconfig.json',
]
const author = 'Ada Lovelace <ada@example.org>'
const clock = { now: () => Date.UTC(2031, 5, 1), monotonic: () => 0 }

describe('createPlugin()', () => {
  it('makes all files of the template, in at most 25', async () => {
    await using folder = await TemporaryFolder.make()
    const directory = folder.file('notes')
    expect(await createPlugin({ directory, author, packageManager: 'npm' })).toEqual({
      directory,
      name: 'notes',
      files,
      packageManager: 'npm',
      git: false,
      installed: false,
      nextCommands: [`cd ${directory}`, 'npm install', 'npm run test'],
    })
    for (const file of files) expect((await stat(`${directory}/${file}`)).isFile()).toBe(true)
    expect(await folder.list()).toHaveLength(files.length + 5)
  })

  it('writes who made it, the year, and the version', async () => {
    await using folder = await TemporaryFolder.make()
    const directory = folder.file('notes')
    await createPlugin({
      directory,
      author,
      version: '1.2.3',
      description: 'It\'s "mine": {{ 1 }}',
      clock,
    })
    const [license, manifest, readme] = await Promise.all(
      ['LICENSE', 'plugin.yaml', 'README.md'].map((file) =>
        readFile(`${directory}/${file}`, 'utf8'),
      ),
    )
    expect(license).toContain(`Copyright (c) 2031 ${author}`)
    expect(readme).toContain('It\'s "mine": {{ 1 }}')
    const checked = checkManifest(manifest ?? '', { publishing: true })
    if (!checked.ok) throw new Error(JSON.stringify(checked.findings))
    const { name, version, description, commands, permissions } = checked.manifest
    expect({ name, version, description, words: commands.map((each) => each.name) }).toEqual({
      name: 'notes',
      version: '1.2.3',
      description: 'It\'s "mine": {{ 1 }}',
      words: ['notes'],
    })
    expect(permissions).toMatchObject({ fs: { read: [], write: [] }, net: [], exec: [] })
    expect(checked.findings).toEqual([])
  })

  it('keeps any description as it is, or refuses it', async () => {
    await using folder = await TemporaryFolder.make()
    let count = 0
    const createWith = async (description: string): Promise<readonly unknown[]> => {
      count += 1
      const directory = folder.file(`p${count}`)
      await createPlugin({ directory, author, description })
      const checked = checkManifest(await readFile(`${directory}/plugin.yaml`, 'utf8'))
      const json = await readFile(`${directory}/package.json`, 'utf8')
      const inJson: { readonly description: unknown } = JSON.parse(json)
      return [checked.ok && checked.manifest.description, inJson.description]
    }
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
    await fc.assert(
      fc.asyncProperty(text, async (description) => {
        const kept = await createWith(description).catch((error: unknown) => errorCode(error))
        expect([[description, description], 'MB_SDK_OPTION_INVALID']).toContainEqual(kept)
      }),
      { numRuns: propertyRuns(25) },
    )
  }, 240_000)

  it.each([
    [{ version: 'one' }, 'MB_SDK_OPTION_INVALID', 'Cannot create a plugin with this version'],
    [{ license: 'MTI' }, 'MB_SDK_OPTION_INVALID', 'Cannot write licence "MTI"'],
    [{ template: 'basci' }, 'MB_SDK_TEMPLATE_UNKNOWN', 'Cannot use template "basci"'],
    [{ language: 'cobol' }, 'MB_SDK_TEMPLATE_UNKNOWN', 'Cannot use template "basic" in "cobol"'],
    [{ name: 'No Name' }, 'MB_SDK_NAME_INVALID', 'Cannot name a plugin "No Name"'],
  ])('refuses %j and leaves nothing', async (options, code, message) => {
    await using folder = await TemporaryFolder.make()
    await expect(
      createPlugin({ directory: folder.file('deep/notes'), author, ...options }),
    ).rejects.toMatchObject({ code, message: expect.stringContaining(message), outcome: 'usage' })
    expect(await folder.list()).toEqual([])
  })

  it('refuses a folder that holds something, naming it, and touches nothing', async () => {
    await using folder = await TemporaryFolder.make({ 'notes/b.txt': 'b', 'notes/a/c.txt': 'c' })
    const before = await folder.list()
    await expect(createPlugin({ directory: folder.file('notes'), author })).rejects.toMatchObject({
      code: 'MB_SDK_TARGET_NOT_EMPTY',
      message: `Cannot create a plugin in "${folder.file('notes')}": it holds "a", "b.txt"`,
      outcome: 'refused',
    })
    expect(await folder.list()).toEqual(before)
  })

  it('fills an empty folder without replacing it, since a shell may stand in it', async () => {
    await using folder = await TemporaryFolder.make()
    await mkdir(folder.file('notes'))
    const { ino } = await stat(folder.file('notes'))
    const { files: made } = await createPlugin({ directory: folder.file('notes'), author })
    expect({ made, ino: (await stat(folder.file('notes'))).ino }).toEqual({ made: files, ino })
    expect((await folder.list()).filter((path) => /\.notes-/.test(path))).toEqual([])
  })

  it('makes a git repository when asked, and none inside another', async () => {
    await using folder = await TemporaryFolder.make()
    const outer = await createPlugin({ directory: folder.file('notes'), author, git: true })
    const inner = await createPlugin({ directory: folder.file('notes/inner'), author, git: true })
    expect([outer.git, inner.git]).toEqual([true, false])
    expect(await readFile(folder.file('notes/.git/HEAD'), 'utf8')).toBe('ref: refs/heads/main\n')
  })

  it('leaves nothing when the signal came', async () => {
    await using folder = await TemporaryFolder.make()
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(
      createPlugin({ directory: folder.file('a/b/notes'), author, signal }),
    ).rejects.toThrow('enough')
    expect(await folder.list()).toEqual([])
  })

  it('says why a place cannot be used', async () => {
    await using folder = await TemporaryFolder.make({ file: 'x' })
    await expect(
      createPlugin({ directory: folder.file('file/notes'), author }),
    ).rejects.toMatchObject({
      code: 'MB_SDK_TARGET_UNUSABLE',
      message: expect.stringContaining('a file stands where a folder has to be'),
    })
  })

  it.skipIf(process.getuid?.() === 0)(
    'says that a folder may not be written (skipped as root, whom no mode stops)',
    async () => {
      await using folder = await TemporaryFolder.make()
      await chmod(folder.path, 0o500)
      await expect(createPlugin({ directory: folder.file('notes'), author })).rejects.toMatchObject(
        {
          code: 'MB_SDK_TARGET_UNUSABLE',
          message: expect.stringContaining('you may not write there'),
        },
      )
      await chmod(folder.path, 0o700)
    },
  )
})
