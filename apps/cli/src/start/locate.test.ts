import { describe, expect, it } from 'vitest'
import { openCatalogue } from '../catalogue.ts'
import { homeWithCommands } from '../fixtures/home-with-commands.ts'
import { hasSwitch, locate } from './locate.ts'

const catalogue = openCatalogue('/nowhere')
const found = (...argv: string[]): unknown => {
  const { path, command, globals, rest } = locate(argv, catalogue)
  return { path, found: command?.path, globals, rest }
}

describe('locate()', () => {
  it('finds a command and leaves its arguments unread', () => {
    expect(found('plugin', 'install', 'x', '--yes')).toEqual({
      path: ['plugin', 'install'],
      found: ['plugin', 'install'],
      globals: [],
      rest: ['x', '--yes'],
    })
  })

  it('takes global options before and between the words, with their values', () => {
    expect(found('-c', 'plugin', '--json', 'plugin', '--verbose', 'list', '--debug')).toEqual({
      path: ['plugin', 'list'],
      found: ['plugin', 'list'],
      globals: ['-c', 'plugin', '--json', '--verbose'],
      rest: ['--debug'],
    })
  })

  it('knows a command by its alias', () => {
    expect(found('plugin', 'rm', 'x')).toMatchObject({ found: ['plugin', 'uninstall'] })
  })

  it('stops at a group, an unknown word and an unknown option', () => {
    expect(found('sdk', 'keys')).toMatchObject({ path: ['sdk', 'keys'], rest: [] })
    expect(found('sdk', 'frob', 'x')).toMatchObject({ path: ['sdk'], rest: ['frob', 'x'] })
    expect(found('--frob', 'sdk')).toMatchObject({ path: [], rest: ['--frob', 'sdk'] })
  })

  it('finds nothing under the names of members of Object', () => {
    for (const word of ['__proto__', 'constructor', 'toString'])
      expect(found(word)).toMatchObject({ path: [], rest: [word] })
  })

  it("finds a plugin's command by its word, and by plugin and name", async () => {
    await using home = await homeWithCommands([{ word: 'outline', plugin: 'acme/notes' }])
    const withPlugins = openCatalogue(home.path)
    expect(locate(['outline', 'a.md'], withPlugins)).toMatchObject({
      path: ['outline'],
      command: { plugin: { id: 'acme/notes', command: 'outline' } },
      rest: ['a.md'],
    })
    for (const name of ['notes', 'acme/notes']) {
      expect(
        locate(['plugin', 'run', '--json', name, 'outline', '--depth', '2'], withPlugins),
      ).toMatchObject({
        path: ['plugin', 'run', name, 'outline'],
        globals: ['--json'],
        rest: ['--depth', '2'],
      })
    }
  })

  it('lets no plugin take a built-in word', async () => {
    await using home = await homeWithCommands([{ word: 'plugin', plugin: 'evil/evil' }])
    expect(locate(['plugin'], openCatalogue(home.path)).command).toBeUndefined()
  })
})

const has = (name: string, ...argv: string[]): boolean => hasSwitch(locate(argv, catalogue), name)

describe('hasSwitch()', () => {
  it.each([
    [['plugin', 'list', '--help'], true],
    [['--help', 'plugin', 'list'], true],
    [['plugin', 'install', '-h'], true],
    [['plugin', 'install', '--namespace', '--help'], false],
    [['plugin', 'install', '--', '--help'], false],
    [['sandbox', 'run', '--help'], true],
    [['sandbox', 'run', '--read', '--help', '--', 'ls'], false],
    [['sandbox', 'run', 'ls', '--help'], false],
    [['sandbox', 'run', '--', 'ls', '--help'], false],
    [['frob', '--help'], false],
  ])('%j asks for help: %s', (argv, expected) => {
    expect(has('help', ...argv)).toBe(expected)
  })

  it("leaves a plugin's own option to the plugin", async () => {
    await using home = await homeWithCommands([
      { word: 'outline', plugin: 'acme/notes', options: [{ name: 'json', type: 'boolean' }] },
    ])
    const withPlugins = openCatalogue(home.path)
    expect(hasSwitch(locate(['outline', '--json'], withPlugins), 'json')).toBe(false)
    expect(hasSwitch(locate(['--json', 'outline'], withPlugins), 'json')).toBe(true)
  })
})
