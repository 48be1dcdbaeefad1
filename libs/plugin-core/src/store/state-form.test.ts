import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Journal } from '@mb/kernel'
import { describe, expect, it } from 'vitest'
import { expectWhole } from '../fixtures/expect-whole.ts'
import { listing } from '../fixtures/listing.ts'
import { temporaryFolder, writePlugin } from '../fixtures/plugin-folder.ts'
import { openPluginHost, type PluginHost } from '../host.ts'
import { homeLayout } from './home-layout.ts'
import { readHistory } from './history.ts'
import { readState } from './state.ts'

async function open(home: string): Promise<PluginHost> {
  return await openPluginHost({ home, consent: async () => true })
}

/** Brings the database of a home into the form that the first version of it had. */
function toFirstForm(file: string): void {
  const database = new DatabaseSync(file)
  database.exec(`
    ALTER TABLE plugins RENAME TO plugins_after;
    CREATE TABLE plugins (
      id TEXT PRIMARY KEY, enabled INTEGER NOT NULL, digest TEXT NOT NULL, key_id TEXT,
      installed_at TEXT NOT NULL, source TEXT NOT NULL, words TEXT NOT NULL, manifest TEXT NOT NULL
    ) STRICT;
    INSERT INTO plugins
      SELECT id, enabled, digest, key_id, installed_at, source, words, manifest
      FROM plugins_after JOIN versions ON plugin = id;
    DROP TABLE plugins_after; DROP TABLE versions; DROP TABLE history;
    PRAGMA user_version = 1;
  `)
  database.close()
}

describe('a home of the first form', () => {
  it('is read as it stands, and gets the present form with the first change', async () => {
    await using folder = await temporaryFolder()
    const home = join(folder.path, 'home')
    const layout = homeLayout(home)
    const host = await open(home)
    await host.install(await writePlugin(join(folder.path, 'one')))
    const other = { manifest: { name: 'other', commands: [] } }
    await host.install(await writePlugin(join(folder.path, 'two'), other))
    await host.disable('other')
    const before = readState(layout)
    toFirstForm(layout.state)
    const files = await listing(home)
    expect(readState(layout)).toEqual(before)
    expect(readHistory(layout)).toEqual([])
    expect(await listing(home)).toEqual(files)
    await (await open(home)).enable('other')
    const { plugins } = readState(layout)
    expect(plugins).toEqual(before.plugins.map((record) => ({ ...record, enabled: true })))
    expect(readHistory(layout).map(({ id, action, to }) => [id, action, to])).toEqual([
      ['local/other', 'enable', '1.0.0'],
      ['local/other', 'install', '1.0.0'],
      ['local/notes', 'install', '1.0.0'],
    ])
    await expectWhole(home)
  })

  it('may have been left by a killed process, whose journal is understood', async () => {
    await using folder = await temporaryFolder()
    const home = join(folder.path, 'home')
    const layout = homeLayout(home)
    const host = await open(home)
    await host.install(await writePlugin(join(folder.path, 'one')))
    toFirstForm(layout.state)
    const from = join(layout.staging, '1-1-1.aaaa/package')
    const to = layout.package('local/late', '1.0.0')
    for (const path of [from, to]) await mkdir(path, { recursive: true })
    await writeJournal(layout.journal, {
      step: 'plan',
      change: 'an-earlier-one',
      id: 'local/late',
      place: { from: 'plugins/.staging/1-1-1.aaaa/package', to: 'plugins/local/late/1.0.0' },
      obsolete: [],
    })
    await open(home)
    await expectWhole(home)
    expect(readState(layout).plugins).toHaveLength(1)
  })
})

async function writeJournal(folder: string, plan: object): Promise<void> {
  await mkdir(folder, { recursive: true })
  await using journal = await Journal.begin(join(folder, 'an-earlier-one.jsonl'))
  await journal.append({ step: 'plan', ...plan })
}

describe('a home whose count of changes was lost', () => {
  it.each(['DELETE FROM facts', 'UPDATE facts SET generation = -5'])(
    'keeps what is committed: %s',
    async (statement) => {
      await using folder = await temporaryFolder()
      const home = join(folder.path, 'home')
      const host = await open(home)
      await host.install(await writePlugin(join(folder.path, 'one')))
      {
        using database = new DatabaseSync(homeLayout(home).state)
        database.exec(statement)
      }
      const next = await writePlugin(join(folder.path, 'two'), { manifest: { version: '2.0.0' } })
      await host.install(next)
      expect((await open(home)).get('notes').version).toBe('2.0.0')
      await expectWhole(home)
    },
  )
})

describe('a history that somebody else wrote in', () => {
  it('is damaged, and what is installed is not', async () => {
    await using folder = await temporaryFolder()
    const home = join(folder.path, 'home')
    const host = await open(home)
    await host.install(await writePlugin(join(folder.path, 'one')))
    {
      using database = new DatabaseSync(homeLayout(home).state)
      database.exec("UPDATE history SET action = 'steal'")
    }
    expect(() => host.history()).toThrow('Cannot read what was done to plugins: it is damaged')
    expect((await host.disable('notes')).enabled).toBe(false)
  })
})
