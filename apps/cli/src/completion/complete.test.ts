import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { homeWithCommands } from '../fixtures/home-with-commands.ts'
import { openCatalogue, type Catalogue } from '../catalogue.ts'
import { complete, completionText } from './complete.ts'

const builtIn = openCatalogue('/nowhere')
const words = (line: readonly string[], catalogue: Catalogue = builtIn): readonly string[] =>
  complete(line, catalogue).candidates.map((candidate) => candidate.word)

describe('complete()', () => {
  it('offers the first words, and those that begin as typed', () => {
    expect(words([''])).toEqual([
      'marketplace',
      'plugin',
      'sdk',
      'sandbox',
      'config',
      'status',
      'version',
      'completion',
      'help',
    ])
    expect(words(['s'])).toEqual(['sdk', 'sandbox', 'status'])
  })

  it('offers the words of a group, past global options', () => {
    expect(words(['--json', 'sdk', 'keys', ''])).toEqual(['create', 'list', 'export', 'delete'])
  })

  it("offers a command's options and the global ones", () => {
    expect(words(['plugin', 'approve', 'notes', '--'])).toEqual([
      '--optional',
      '--exact',
      '--yes',
      '--approval',
      '--request-approval',
      '--config',
      '--json',
      '--verbose',
      '--debug',
      '--no-color',
      '--help',
    ])
  })

  it('offers choices, files and folders where a value of that kind stands', () => {
    expect(words(['completion', 'f'])).toEqual(['fish'])
    expect(words(['plugin', 'revoke', 'notes', 'fs'])).toEqual(['fs.read', 'fs.write'])
    expect(complete(['plugin', 'install', ''], builtIn)).toEqual({ candidates: [], files: 'file' })
    expect(complete(['sandbox', 'run', '--read', ''], builtIn).files).toBe('file')
    expect(complete(['sandbox', 'run', '--policy', ''], builtIn).files).toBe('file')
    expect(complete(['sandbox', 'run', '--cwd', ''], builtIn).files).toBe('dir')
    expect(complete(['sandbox', 'explain', ''], builtIn).files).toBe('file')
    expect(words(['sandbox', 'run', '--level', ''])).toEqual(['sandbox', 'restricted', 'none'])
    expect(complete(['sdk', 'package', ''], builtIn).files).toBe('dir')
  })

  it('offers installed plugins and signing keys by their names', async () => {
    await using home = await homeWithCommands([])
    await mkdir(join(home.path, 'plugins/acme/notes/1.0.0'), { recursive: true })
    await mkdir(join(home.path, 'keys'))
    await writeFile(join(home.path, 'keys/release.key'), '')
    const catalogue = openCatalogue(home.path)
    expect(words(['plugin', 'info', ''], catalogue)).toEqual(['notes'])
    expect(words(['plugin', 'uninstall', 'x'], catalogue)).toEqual([])
    expect(words(['marketplace', 'keys', 'enrol', 'acme', '--key', 'r'], catalogue)).toEqual([
      'release',
    ])
  })

  it('offers marketplaces where it was told of them, and else says that they belong there', () => {
    const line = ['marketplace', 'publish', '.', '--repository', 'h']
    expect(complete(line, builtIn)).toEqual({
      candidates: [],
      files: 'none',
      isAboutRepositories: true,
    })
    expect(complete(line, builtIn, ['acme', 'home']).candidates).toEqual([
      { word: 'home', summary: '' },
    ])
  })

  it('offers nothing after what it does not know', () => {
    expect(complete(['frob', ''], builtIn)).toEqual({ candidates: [], files: 'none' })
  })

  it("leaves somebody else's command line alone, but for its files", () => {
    expect(complete(['sandbox', 'run', '--', 'ls', '--'], builtIn)).toEqual({
      candidates: [],
      files: 'file',
    })
  })

  it("offers a plugin's command, its options and its choices", async () => {
    await using home = await homeWithCommands([
      {
        word: 'outline',
        plugin: 'acme/notes',
        options: [{ name: 'format', choices: ['md', 'html'] }],
      },
    ])
    const catalogue = openCatalogue(home.path)
    expect(words(['ou'], catalogue)).toEqual(['outline'])
    expect(words(['outline', '--f'], catalogue)).toEqual(['--format'])
    expect(words(['outline', '--format', ''], catalogue)).toEqual(['md', 'html'])
    expect(complete(['outline', ''], catalogue).files).toBe('file')
  })

  it('offers no choice that a shell would run, expand or read as an option', async () => {
    const good = ['md', 'tar.gz', 'a/b', 'x=1', 'Größe', '日本語']
    const run = ['$(id)', '`id`', 'a;id', 'a|id', 'a&id', 'a>b', '(a)', '!!', 'a\nid']
    const split = ['two words', "it's", '"', 'a\\b', '‘id’', '#a', '']
    const expand = ['~/x', '*', 'a?', '{a,b}', '=ls', '-y', '--yes']
    await using home = await homeWithCommands([
      {
        word: 'outline',
        plugin: 'acme/notes',
        options: [{ name: 'format', choices: [...good, ...run, ...split, ...expand] }],
      },
    ])
    expect(words(['outline', '--format', ''], openCatalogue(home.path))).toEqual(good)
  })

  it('keeps what a plugin says on its own line', async () => {
    await using home = await homeWithCommands([
      { word: 'outline', plugin: 'acme/notes', summary: 'nice\revil\u2028\u001b[2J' },
    ])
    const text = completionText(complete(['out'], openCatalogue(home.path)))
    expect(text).toBe('none\noutline\tnice evil [2J\n')
  })
})
