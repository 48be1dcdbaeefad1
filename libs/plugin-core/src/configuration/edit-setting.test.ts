import { mkdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { JsonValue } from '@mb/kernel'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../fixtures/plugin-folder.ts'
import { editProjectSetting, editSetting } from './edit-setting.ts'

const withComments = `# mine
plugins:
  # where I keep them
  searchPaths:
    - /opt/plugins # the team's
    - \${EXTRA}
  keepVersions: 2
`

function add(item: string): (present: JsonValue | undefined) => JsonValue {
  return (present) => [...(Array.isArray(present) ? present : []), item]
}

describe('editSetting()', () => {
  it('adds to a list, and keeps everything else as it is written', async () => {
    await using folder = await temporaryFolder()
    await writeFile(join(folder.path, 'config.yaml'), withComments)
    await editSetting(folder.path, {
      key: 'plugins.searchPaths',
      change: add('/new'),
      env: { EXTRA: '/extra' },
    })
    expect(await readFile(join(folder.path, 'config.yaml'), 'utf8')).toBe(
      withComments.replace('${EXTRA}\n', '${EXTRA}\n    - /new\n'),
    )
  })

  it('makes the file, for nobody else to read', async () => {
    await using folder = await temporaryFolder()
    const home = join(folder.path, 'home')
    await editSetting(home, { key: 'plugins.trustedSources', change: add('npm:@acme/*') })
    const file = join(home, 'config.yaml')
    expect(await readFile(file, 'utf8')).toBe('plugins:\n  trustedSources:\n    - npm:@acme/*\n')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
  })

  it('moves a value that stands under an older name', async () => {
    await using folder = await temporaryFolder()
    const file = join(folder.path, 'config.yaml')
    await writeFile(file, 'plugins:\n  directories: [/a]\n')
    await editSetting(folder.path, { key: 'plugins.searchPaths', change: add('/b') })
    expect(await readFile(file, 'utf8')).toBe('plugins:\n  searchPaths: [ /a, /b ]\n')
  })

  it('takes a setting away', async () => {
    await using folder = await temporaryFolder()
    const file = join(folder.path, 'config.yaml')
    await writeFile(file, 'plugins:\n  searchPaths: [/a]\n  keepVersions: 2\n')
    await editSetting(folder.path, { key: 'plugins.searchPaths', change: () => undefined })
    expect(await readFile(file, 'utf8')).toBe('plugins:\n  keepVersions: 2\n')
  })

  it.each([
    ['plugins.searchPaths', [1], 'MB_CONFIG_VALUE'],
    ['plugins.nothing', true, 'MB_CONFIG_VALUE'],
  ])('writes nothing that it could not read: %s = %j', async (key, value, code) => {
    await using folder = await temporaryFolder()
    const file = join(folder.path, 'config.yaml')
    await writeFile(file, withComments)
    const edit = editSetting(folder.path, { key, change: () => value, env: { EXTRA: '/extra' } })
    await expect(edit).rejects.toMatchObject({ code })
    expect(await readFile(file, 'utf8')).toBe(withComments)
  })

  it('loses none of two changes at once', async () => {
    await using folder = await temporaryFolder()
    const names = ['/a', '/b', '/c', '/d', '/e']
    await Promise.all(
      names.map((name) =>
        editSetting(folder.path, { key: 'plugins.searchPaths', change: add(name) }),
      ),
    )
    const text = await readFile(join(folder.path, 'config.yaml'), 'utf8')
    expect(names.filter((name) => !text.includes(`- ${name}\n`))).toEqual([])
  })
})

describe('editProjectSetting()', () => {
  it('changes a member of a group, and keeps the others with their comments', async () => {
    await using folder = await temporaryFolder()
    const file = join(folder.path, 'milkbottle.yaml')
    const before =
      'plugins:\n  required:\n    acme/pdf: ^1.0.0 # for the handbook\n    acme/old: 1.x\n'
    await writeFile(file, before)
    await editProjectSetting(folder.path, {
      key: 'plugins.required',
      change: (present) => {
        const { 'acme/old': _, ...kept } = Object.fromEntries(Object.entries(present ?? {}))
        return { ...kept, 'acme/notes': '^2.0.0' }
      },
    })
    expect(await readFile(file, 'utf8')).toBe(
      'plugins:\n  required:\n    acme/pdf: ^1.0.0 # for the handbook\n    acme/notes: ^2.0.0\n',
    )
  })

  it('makes a file that others of the project can read', async () => {
    await using folder = await temporaryFolder()
    await editProjectSetting(folder.path, {
      key: 'plugins.required',
      change: () => ({ 'acme/pdf': '^1.0.0' }),
    })
    const file = join(folder.path, 'milkbottle.yaml')
    expect(await readFile(file, 'utf8')).toBe('plugins:\n  required:\n    acme/pdf: ^1.0.0\n')
    expect((await stat(file)).mode & 0o777).toBe(0o644)
  })

  it('writes through no link out of the project, and through one inside it', async () => {
    await using folder = await temporaryFolder()
    const [outside, project] = [join(folder.path, 'mine.yaml'), join(folder.path, 'project')]
    await mkdir(project)
    const edit = { key: 'plugins.required', change: () => ({ 'acme/pdf': '^1.0.0' }) }
    const file = join(project, 'milkbottle.yaml')
    await writeFile(outside, 'logging: { level: info }\n')
    await symlink(outside, file)
    await expect(editProjectSetting(project, edit)).rejects.toMatchObject({
      code: 'MB_CONFIG_FORMAT',
      message: `Cannot change "${file}": it is a link that leads out of the project`,
    })
    expect(await readFile(outside, 'utf8')).toBe('logging: { level: info }\n')
    await rm(file)
    await writeFile(join(project, 'settings.yaml'), '')
    await symlink('settings.yaml', file)
    await editProjectSetting(project, edit)
    expect(await readFile(join(project, 'settings.yaml'), 'utf8')).toContain('acme/pdf: ^1.0.0')
  })
})
