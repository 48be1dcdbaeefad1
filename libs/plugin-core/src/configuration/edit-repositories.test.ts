import { readFile, stat, writeFile } from 'node:fs/promises'
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
})
