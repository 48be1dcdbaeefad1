import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseManifest } from '@mb/manifest'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  commandIndexText,
  maxIndexBytes,
  readCommandIndex,
  readCommandWords,
  type IndexedCommand,
  type IndexedWord,
} from './command-index.ts'
import { makePipe } from './fixtures/make-pipe.ts'
import { temporaryFolder } from './fixtures/plugin-folder.ts'
import { homeLayout } from './store/home-layout.ts'
import type { PluginRecord } from './store/plugin-record.ts'
import { commandIndex, writeCommandIndex } from './store/write-command-index.ts'

function wordOf({ word, plugin, command, summary }: IndexedCommand): IndexedWord {
  return { word, plugin, command, summary }
}

type Argument = IndexedCommand['arguments'][number]
type Option = IndexedCommand['options'][number]

const empty = { generation: 0, commands: [] }

const word = fc.stringMatching(/^[a-z]{1,8}$/)
const value = fc.record(
  {
    name: word,
    type: fc.constantFrom('string', 'file', 'boolean'),
    required: fc.boolean(),
    summary: fc.string({ minLength: 1, maxLength: 20 }).filter((text) => text.trim() !== ''),
  },
  { requiredKeys: ['name', 'type', 'required'] },
)
const command = fc.record({
  name: word,
  summary: fc.stringMatching(/^[\w ]{1,20}\w$/),
  options: fc.uniqueArray(value, { selector: ({ name }) => name, maxLength: 3 }),
})
const record = fc
  .record({
    name: word,
    enabled: fc.boolean(),
    commands: fc.uniqueArray(command, { selector: ({ name }) => name, maxLength: 4 }),
  })
  .map(({ name, enabled, commands }): PluginRecord => ({
    id: `local/${name}`,
    enabled,
    digest: '0'.repeat(64),
    keyId: undefined,
    installedAt: '2026-01-01T00:00:00.000Z',
    source: '/source',
    versions: [],
    wantedBy: 'person',
    words: Object.fromEntries(commands.map((each) => [each.name, `${name}:${each.name}`])),
    manifest: parseManifest(
      JSON.stringify({
        name,
        version: '1.0.0',
        description: 'Takes notes',
        author: 'Acme',
        license: 'MIT',
        entry: 'index.mjs',
        commands,
      }),
      { format: 'json' },
    ),
  }))

describe('readCommandIndex()', () => {
  it('reads what was written, whatever the plugins', async () => {
    await using folder = await temporaryFolder()
    const layout = homeLayout(folder.path)
    await fc.assert(
      fc.asyncProperty(
        fc.array(record, { maxLength: 4 }),
        fc.nat(),
        async (plugins, generation) => {
          const state = { generation, lastChange: '', plugins }
          await writeCommandIndex(layout, state)
          expect(readCommandIndex(folder.path)).toEqual(commandIndex(state))
          const words = readCommandWords(folder.path)
          const { commands } = commandIndex(state)
          expect(words.list()).toEqual(commands.map(wordOf))
          expect(words.list(2)).toEqual(commands.slice(0, 2).map(wordOf))
          expect(words.count).toBe(commands.length)
          for (const each of commands) expect(words.find(each.word)).toEqual(each)
          expect(words.find('')).toBeUndefined()
        },
      ),
      { numRuns: 50 },
    )
  })

  const argument: Argument = { name: 'file', type: 'string', required: false, variadic: false }
  const option: Option = { name: 'depth', type: 'string', required: false }
  const good: IndexedCommand = {
    word: 'zap',
    plugin: 'local/zap',
    version: '1.0.0',
    command: 'zap',
    summary: 'Zap it',
    arguments: [{ ...argument, choices: ['a', '\u2028\t\n'], default: 'a' }],
    options: [{ ...option, short: 'd' }],
  }
  const text = commandIndexText({ generation: 3, commands: [good] })
  const [head = '', line = ''] = text.split('\n')

  it.each([
    ['nothing', ''],
    ['half of it', text.slice(0, -10)],
    ['an end without its line', text.slice(0, -1)],
    ['another version', text.replace('[2,', '[3,')],
    ['the form before', '{"version":1,"generation":3,"commands":[]}\n'],
    ['a list', '[]\n'],
    ['null', 'null\n'],
    ['fewer commands than it says', `${head}\n`],
    ['more commands than it says', `${text}${line}\n`],
    ['a line that is none', text.replace('\t', ' ')],
    ['too much', `${text}${'x'.repeat(maxIndexBytes)}`],
    ['a word that is none', text.replace('zap\t', '__proto__\t')],
    ['a plugin that attacks the terminal', text.replace('local/zap', 'local/\u001b[2J')],
    ['a command that attacks the terminal', text.replace('\tzap\t', '\t\u202Ezap\t')],
  ])('is empty for an index with %s', async (_, wrong) => {
    await using folder = await temporaryFolder()
    await writeFile(join(folder.path, 'commands.index'), text)
    expect(readCommandIndex(folder.path)).toEqual({ generation: 3, commands: [good] })
    await writeFile(join(folder.path, 'commands.index'), wrong)
    expect(readCommandIndex(folder.path)).toEqual(empty)
    const words = readCommandWords(folder.path)
    for (const each of words.list()) expect(each).toEqual(wordOf(good))
    expect([good, undefined]).toContainEqual(words.find('zap'))
  })

  it.each<readonly [string, Readonly<Record<string, unknown>>]>([
    ['arguments that are none', { arguments: [1] }],
    ['no options', { options: undefined }],
    ['a type that is none', { options: [{ ...option, type: '\u001b[2J' }] }],
    ['a short name that is none', { options: [{ ...option, short: '\u001b[2J' }] }],
    ['choices that are no list', { arguments: [{ ...argument, choices: 'abc' }] }],
    ['choices that are no texts', { arguments: [{ ...argument, choices: [1, null] }] }],
    ['a summary that is no text', { options: [{ ...option, summary: 5 }] }],
    ['an option name that is none', { options: [{ ...option, name: '-x' }] }],
    ['two options of one name', { options: [option, option] }],
    [
      'two options of one letter',
      { options: [good.options[0], { ...option, name: 'e', short: 'd' }] },
    ],
    ['more after all that is left', { arguments: [{ ...argument, variadic: true }, argument] }],
    ['an argument that is no one or many', { arguments: [{ ...option }] }],
  ])('is empty for an index with %s, and finds no such command', async (_, wrong) => {
    await using folder = await temporaryFolder()
    const details = { arguments: good.arguments, options: good.options, ...wrong }
    const start = line.slice(0, line.indexOf('{'))
    await writeFile(
      join(folder.path, 'commands.index'),
      `${head}\n${start}${JSON.stringify(details)}\n`,
    )
    expect(readCommandIndex(folder.path)).toEqual(empty)
    expect(readCommandWords(folder.path).list()).toEqual([wordOf(good)])
    expect(readCommandWords(folder.path).find('zap')).toBeUndefined()
  })

  it('is empty for a folder or a pipe in its place, and does not hang', async () => {
    await using folder = await temporaryFolder()
    await mkdir(join(folder.path, 'one/commands.index'), { recursive: true })
    await mkdir(join(folder.path, 'two'))
    makePipe(join(folder.path, 'two/commands.index'))
    expect(readCommandIndex(join(folder.path, 'one'))).toEqual(empty)
    expect(readCommandIndex(join(folder.path, 'two'))).toEqual(empty)
    expect(readCommandIndex(join(folder.path, 'nowhere'))).toEqual(empty)
    expect(readCommandWords(join(folder.path, 'two')).list()).toEqual([])
  })
})
