import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ended, Place } from './mb.ts'
import { hasTerminal, mbInTerminal } from './terminal.ts'

function manifest(name: string, version = '1.0.0', more = ''): string {
  return `name: ${name}
version: ${version}
description: Prints ${name}
author: Ada
license: MIT
entry: index.mjs
commands: [{ name: show, summary: Show it }]
${more}`
}

async function addPlugin(folder: string, text: string): Promise<string> {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'plugin.yaml'), text)
  await writeFile(
    join(folder, 'index.mjs'),
    'export default { commands: { show: () => "shown" } }\n',
  )
  return folder
}

describe('mb plugin discover', () => {
  it('lists what stands in the project, chooses among twins and says why, and runs nothing', async () => {
    await using place = await Place.open()
    const marker = join(place.root, 'was-run')
    const folder = await addPlugin(join(place.folder, 'plugins/notes'), manifest('notes'))
    await writeFile(
      join(folder, 'index.mjs'),
      `await import('node:fs').then((fs) => fs.writeFileSync(${JSON.stringify(marker)}, ''))\n`,
    )
    await addPlugin(join(place.folder, 'local_plugins/newer'), manifest('notes', '1.2.0'))
    await addPlugin(join(place.folder, 'plugins/bad'), 'name: bad\nverison: 1.0.0\n')
    const run = await place.mb(['plugin', 'discover'])
    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect(run.stdout).toContain(
      'chosen local/notes 1.2.0 in ./local_plugins/newer: the newest of 2',
    )
    expect(run.stdout).toContain('passed over local/notes 1.0.0 in ./plugins/notes: ')
    expect(run.stdout).toContain(
      'broken ./plugins/bad: There is no key "verison" (line 2, column 1)',
    )
    expect(run.stdout).toContain('`mb plugin install ./local_plugins/newer` installs what is not')
    const json = await place.mb(['plugin', 'discover', '--json'])
    expect(JSON.parse(json.stdout)).toMatchObject({
      plugins: [
        { id: 'local/notes', version: '1.2.0', status: 'chosen', place: 'project', form: 'folder' },
        { id: 'local/notes', version: '1.0.0', status: 'shadowed' },
      ],
      broken: [{ path: join(place.folder, 'plugins/bad') }],
      notes: [],
    })
    await expect(readFile(marker)).rejects.toMatchObject({ code: 'ENOENT' })
    // No home is made by looking.
    await expect(readFile(join(place.home, 'cache/discovery.json'))).rejects.toMatchObject({
      code: 'ENOENT',
    })
  })

  it('filters, refuses a type that is none, and says that no marketplace is set up', async () => {
    await using place = await Place.open()
    const more = 'type: validator\ncapabilities: [markdown]\n'
    await addPlugin(join(place.folder, 'plugins/notes'), manifest('notes', '1.0.0', more))
    await addPlugin(join(place.folder, 'plugins/pdf'), manifest('pdf'))
    const ids = async (...args: readonly string[]): Promise<readonly string[]> => {
      const { stdout } = await place.mb(['plugin', 'discover', '--json', ...args])
      const value: { readonly plugins: readonly { readonly id: string }[] } = JSON.parse(stdout)
      return value.plugins.map(({ id }) => id)
    }
    expect(await ids('--type', 'validator')).toEqual(['local/notes'])
    expect(await ids('--capability', 'markdown')).toEqual(['local/notes'])
    expect(await ids('pdf')).toEqual(['local/pdf'])
    expect(await ids('prints', 'nothing')).toEqual([])
    expect(await place.mb(['plugin', 'discover', '--type', 'miracle'])).toMatchObject({ code: 2 })
    const remote = await place.mb(['plugin', 'discover', '--remote'])
    expect(remote.code).toBe(0)
    expect(remote.stderr).toContain('(MB_CLI_NO_REPOSITORY)')
  })

  it('tells what changes until it is stopped', async () => {
    await using place = await Place.open()
    await mkdir(join(place.folder, 'plugins'))
    const child = place.start(['plugin', 'discover', '--watch'])
    const told: string[] = []
    child.stderr?.on('data', (chunk: Buffer) => told.push(chunk.toString()))
    const end = ended(child)
    await expect.poll(() => told.join(''), { timeout: 30_000 }).toContain('No plugin was found.')
    const folder = await addPlugin(join(place.folder, 'plugins/notes'), manifest('notes'))
    await expect
      .poll(() => told.join(''), { timeout: 30_000 })
      .toContain('added local/notes 1.0.0 ./plugins/notes')
    await rm(folder, { recursive: true })
    await expect
      .poll(() => told.join(''), { timeout: 30_000 })
      .toContain('removed local/notes 1.0.0 ./plugins/notes')
    child.kill('SIGINT')
    expect(await end).toMatchObject({ code: 0, stdout: '' })
  })
})

describe('a plugin that was found', () => {
  it('is named beside what is installed, and by who wants to run it', async () => {
    await using place = await Place.open()
    const folder = await addPlugin(join(place.folder, 'plugins/notes'), manifest('notes'))
    expect((await place.mb(['plugin', 'list'])).stderr).toBe(
      '1 more found in this project: `mb plugin discover` shows them\n',
    )
    expect(await place.mb(['plugin', 'list', '--json'])).toMatchObject({
      stdout: '[]\n',
      stderr: '',
    })
    const run = await place.mb(['plugin', 'run', 'notes', 'show'])
    expect(run).toMatchObject({ code: 4, stdout: '' })
    expect(run.stderr).toContain(`it is not installed, and 1.0.0 was found in "${folder}"`)
    expect(run.stderr).toContain(`mb plugin install ${folder}`)
  })

  it('is installed by its name, once somebody agreed', async () => {
    await using place = await Place.open()
    await addPlugin(join(place.folder, 'plugins/first/notes'), manifest('notes'))
    expect(await place.mb(['plugin', 'install', 'notes'])).toMatchObject({ code: 3 })
    expect(await place.mb(['plugin', 'install', 'notes', '--yes'])).toMatchObject({ code: 0 })
    expect((await place.mb(['plugin', 'list'])).stderr).toBe('')
    expect((await place.mb(['plugin', 'discover'])).stdout).toContain(
      'the same version is installed',
    )
  })
})

describe('a plugin that was found and could be another', () => {
  it('is not installed by its bare name where a marketplace may have one of it', async () => {
    await using place = await Place.open()
    const folder = await addPlugin(join(place.folder, "plugins/it's; true"), manifest('notes'))
    await mkdir(place.home)
    await writeFile(
      join(place.home, 'config.yaml'),
      'marketplace: { repositories: [{ name: main, url: "http://127.0.0.1:9" }] }\n',
    )
    const run = await place.mb(['plugin', 'install', 'notes', '--yes'])
    expect(run.code).toBe(2)
    expect(run.stderr).toContain('(MB_SOURCE_AMBIGUOUS)')
    // What is offered to be typed is one word, whatever the folder is called.
    expect(run.stderr).toContain(`Write '${folder.replace("'", String.raw`'\''`)}' for that one`)
    expect(await place.mb(['plugin', 'install', 'local/notes', '--yes'])).toMatchObject({ code: 0 })
  })

  it.skipIf(!hasTerminal)(
    'is offered to who runs it in a terminal, and not installed by a no',
    async () => {
      await using place = await Place.open()
      await addPlugin(join(place.folder, 'plugins/notes'), manifest('notes'))
      const answer = { after: 'Install it?', type: 'n\n' }
      const run = await mbInTerminal(place, ['plugin', 'run', 'notes', 'show'], answer)
      expect(run.code).toBe(4)
      expect(run.stdout).toContain('local/notes 1.0.0 is not installed')
      expect((await place.mb(['plugin', 'list', '--json'])).stdout).toBe('[]\n')
    },
  )
})

describe('mb plugin paths', () => {
  it('adds and removes folders of the person, and keeps what else is in the settings', async () => {
    await using place = await Place.open()
    await addPlugin(join(place.root, 'mine/notes'), manifest('notes'))
    await mkdir(place.home)
    await writeFile(join(place.home, 'config.yaml'), '# mine\nlogging:\n  level: warn # quiet\n')
    const mine = join(place.root, 'mine')
    expect((await place.mb(['plugin', 'paths', 'add', '../mine'])).stdout).toBe(
      `✓ Plugins are looked for in ${mine}\n  mb plugin discover shows them\n`,
    )
    expect((await place.mb(['plugin', 'paths', 'add', mine])).stdout).toContain('already')
    expect(await readFile(join(place.home, 'config.yaml'), 'utf8')).toBe(
      `# mine\nlogging:\n  level: warn # quiet\nplugins:\n  searchPaths:\n    - ${mine}\n`,
    )
    const { stdout } = await place.mb(['plugin', 'paths', 'list', '--json'])
    expect(JSON.parse(stdout)).toEqual(
      expect.arrayContaining([{ kind: 'search-path', path: mine, exists: true }]),
    )
    expect((await place.mb(['plugin', 'discover'])).stdout).toContain('local/notes')
    expect((await place.mb(['plugin', 'paths', 'remove', mine])).code).toBe(0)
    expect((await place.mb(['plugin', 'discover'])).stdout).toBe('No plugin was found.\n')
    const again = await place.mb(['plugin', 'paths', 'remove', mine])
    expect(again.code).toBe(4)
    expect(again.stderr).toContain('it is none of your search paths')
    const absent = await place.mb(['plugin', 'paths', 'add', 'absent'])
    expect(absent.code).toBe(4)
    expect(absent.stderr).toContain('there is no such folder')
    expect(absent.stderr).toContain('Name a folder that holds plugins')
  })
})
