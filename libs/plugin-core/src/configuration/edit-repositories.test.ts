import { chmod, lstat, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../fixtures/plugin-folder.ts'
import { editRepositories } from './edit-repositories.ts'
import { loadConfiguration } from './load-configuration.ts'

const town = { name: 'town', url: 'https://plugins.example' }

describe('editRepositories()', () => {
  it('makes the settings of a home that has none, for its owner alone', async () => {
    await using folder = await temporaryFolder()
    const home = join(folder.path, 'home')
    await editRepositories(home, (present) => [...present, town])
    const { values } = await loadConfiguration({ cwd: folder.path, home })
    expect(values.marketplace.repositories).toEqual([town])
    expect((await stat(join(home, 'config.yaml'))).mode & 0o777).toBe(0o600)
  })

  it('leaves the rest of the file as it is, comments and variables too', async () => {
    await using folder = await temporaryFolder()
    const file = join(folder.path, 'config.yaml')
    await writeFile(
      file,
      '# mine\nlimits:\n  memoryMb: 300 # enough\nmarketplace:\n  apiKeys: { town: "${HOME}" }\n',
    )
    await editRepositories(folder.path, (present) => [...present, town])
    expect(await readFile(file, 'utf8')).toBe(
      '# mine\nlimits:\n  memoryMb: 300 # enough\nmarketplace:\n  apiKeys: { town: "${HOME}" }\n  repositories:\n    - name: town\n      url: https://plugins.example\n',
    )
    await editRepositories(folder.path, () => [])
    expect(await readFile(file, 'utf8')).toContain('repositories: []')
  })

  it('changes nothing when the change throws, or the file cannot be edited', async () => {
    await using folder = await temporaryFolder()
    const file = join(folder.path, 'config.toml')
    await writeFile(file, '[limits]\nmemoryMb = 300\n')
    await expect(editRepositories(folder.path, () => [town])).rejects.toMatchObject({
      code: 'MB_CONFIG_FORMAT',
    })
    await expect(
      editRepositories(folder.path, () => {
        throw new RangeError('no')
      }),
    ).rejects.toThrow('no')
    expect(await readFile(file, 'utf8')).toBe('[limits]\nmemoryMb = 300\n')
  })

  it('leaves the marketplaces that it does not change as they are written, variables too', async () => {
    await using folder = await temporaryFolder()
    const file = join(folder.path, 'config.yaml')
    await writeFile(
      file,
      'marketplace:\n  repositories:\n    # the one at work\n    - { name: work, url: "${WORK}" } # behind the wall\n    - name: old\n      url: https://old.example\n',
    )
    const env = { WORK: 'https://work.example' }
    await editRepositories(
      folder.path,
      (present) => {
        expect(present).toEqual([
          { name: 'work', url: 'https://work.example' },
          { name: 'old', url: 'https://old.example' },
        ])
        return [...present.slice(0, 1), town]
      },
      { env },
    )
    expect(await readFile(file, 'utf8')).toBe(
      'marketplace:\n  repositories:\n    # the one at work\n    - { name: work, url: "${WORK}" } # behind the wall\n    - name: town\n      url: https://plugins.example\n',
    )
  })

  it.each([
    ['plugin_system:\n  marketplace: { repository_url: "https://old.example" }\n', 'default'],
    ['marketplace_url: https://old.example\nlimits: { memoryMb: 300 }\n', 'default'],
    [
      'plugin_system: { marketplace: { repositories: [{ name: a, url: "https://a.example" }] } }\n',
      'a',
    ],
    ['marketplace:\n', undefined],
    ['# nothing yet\n', undefined],
  ])('moves older names to where it stands today: %j', async (text, name) => {
    await using folder = await temporaryFolder()
    await writeFile(join(folder.path, 'config.yaml'), text)
    await editRepositories(folder.path, (present) => [...present, town])
    const { values, sources } = await loadConfiguration({ cwd: folder.path, home: folder.path })
    expect(values.marketplace.repositories.map((each) => each.name)).toEqual(
      name === undefined ? ['town'] : [name, 'town'],
    )
    expect(Object.keys(sources)).toContain('marketplace.repositories')
    const after = await readFile(join(folder.path, 'config.yaml'), 'utf8')
    expect(after).not.toMatch(/url: "?https:\/\/old.example"? *}|marketplace_url/)
    expect(after.startsWith('#')).toBe(text.startsWith('#'))
  })

  it('edits JSON as JSON', async () => {
    await using folder = await temporaryFolder()
    const file = join(folder.path, 'config.json')
    await writeFile(file, '{ "limits": { "memoryMb": 300 } }')
    await editRepositories(folder.path, () => [town])
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({
      limits: { memoryMb: 300 },
      marketplace: { repositories: [town] },
    })
  })

  it('writes through a link, and keeps the mode', async () => {
    await using folder = await temporaryFolder()
    const home = join(folder.path, 'home')
    await mkdir(home)
    const file = join(folder.path, 'mine.yaml')
    await writeFile(file, '# mine\n')
    await chmod(file, 0o640)
    await symlink(file, join(home, 'config.yaml'))
    await editRepositories(home, () => [town])
    expect((await lstat(join(home, 'config.yaml'))).isSymbolicLink()).toBe(true)
    expect((await stat(file)).mode & 0o777).toBe(0o640)
    expect(await readFile(file, 'utf8')).toContain('- name: town')
  })

  it('refuses what would not be read again, and makes no home for it', async () => {
    await using folder = await temporaryFolder()
    const home = join(folder.path, 'home')
    for (const wrong of [[town, town], [{ ...town, url: 'https://me:secret@plugins.example' }]])
      await expect(editRepositories(home, () => wrong)).rejects.toMatchObject({
        code: 'MB_CONFIG_VALUE',
      })
    expect(await readdir(folder.path)).toEqual([])
  })

  it('loses none of the changes that are made at once', async () => {
    await using folder = await temporaryFolder()
    const names = ['a', 'b', 'c', 'd', 'e', 'f']
    await Promise.all(
      names.map(async (name) =>
        editRepositories(folder.path, (present) => [...present, { ...town, name }]),
      ),
    )
    const { values } = await loadConfiguration({ cwd: folder.path, home: folder.path })
    expect(values.marketplace.repositories.map(({ name }) => name).toSorted()).toEqual(names)
  })
})
