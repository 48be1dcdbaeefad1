import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseManifest } from '@mb/manifest'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maxIndexBytes, readCommandIndex } from './command-index.ts'
import { makePipe } from './fixtures/make-pipe.ts'
import { temporaryFolder } from './fixtures/plugin-folder.ts'
import { homeLayout } from './store/home-layout.ts'
import type { PluginRecord } from './store/plugin-record.ts'
import { commandIndex, writeCommandIndex } from './store/write-command-index.ts'

const empty = { version: 1, generation: 0, commands: [] }

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
        },
      ),
      { numRuns: 50 },
    )
  })

  it.each([
    ['nothing', ''],
    ['half of it', '{"version":1,"generation":3,"comm'],
    ['another version', '{"version":2,"generation":3,"commands":[]}'],
    ['a list', '[]'],
    ['null', 'null'],
    ['a command without a word', '{"version":1,"generation":3,"commands":[{"plugin":"a/b"}]}'],
    [
      'arguments that are none',
      '{"version":1,"generation":3,"commands":[{"word":"a","plugin":"a/b","version":"1","command":"a","summary":"","arguments":[1],"options":[]}]}',
    ],
    ['too much', `{"version":1,"generation":3,"commands":[],"x":"${'x'.repeat(maxIndexBytes)}"}`],
  ])('is empty for an index with %s', async (_, text) => {
    await using folder = await temporaryFolder()
    await writeFile(join(folder.path, 'index.json'), text)
    expect(readCommandIndex(folder.path)).toEqual(empty)
  })

  const argument = { name: 'file', type: 'string', required: false, variadic: false }
  const option = { name: 'depth', type: 'string', required: false }
  const good = {
    word: 'zap',
    plugin: 'local/zap',
    version: '1.0.0',
    command: 'zap',
    summary: 'Zap it',
    arguments: [{ ...argument, choices: ['a'], default: 'a' }],
    options: [{ ...option, short: 'd' }],
  }

  it.each<readonly [string, Readonly<Record<string, unknown>>]>([
    ['a word that is none', { word: '__proto__' }],
    ['a plugin that attacks the terminal', { plugin: 'local/\u001b[2J' }],
    ['a command that attacks the terminal', { command: '\u202Ezap' }],
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
  ])('is empty for an index with %s', async (_, wrong) => {
    await using folder = await temporaryFolder()
    const write = async (only: unknown): Promise<void> =>
      await writeFile(
        join(folder.path, 'index.json'),
        JSON.stringify({ version: 1, generation: 3, commands: [only] }),
      )
    await write(good)
    expect(readCommandIndex(folder.path).commands).toEqual([good])
    await write({ ...good, ...wrong })
    expect(readCommandIndex(folder.path)).toEqual(empty)
  })

  it('is empty for a folder or a pipe in its place, and does not hang', async () => {
    await using folder = await temporaryFolder()
    await mkdir(join(folder.path, 'one/index.json'), { recursive: true })
    await mkdir(join(folder.path, 'two'))
    makePipe(join(folder.path, 'two/index.json'))
    expect(readCommandIndex(join(folder.path, 'one'))).toEqual(empty)
    expect(readCommandIndex(join(folder.path, 'two'))).toEqual(empty)
    expect(readCommandIndex(join(folder.path, 'nowhere'))).toEqual(empty)
  })
})
