import { appendFile, chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { canonicalJson, Journal, systemClock } from '@mb/kernel'
import { generateSigningKey } from '@mb/manifest'
import { describe, expect, it } from 'vitest'
import { KeyValues } from '../broker/index.ts'
import { expectWhole } from '../fixtures/expect-whole.ts'
import { listing } from '../fixtures/listing.ts'
import { temporaryFolder, writePlugin } from '../fixtures/plugin-folder.ts'
import { openPluginHost, type PluginHost } from '../host.ts'
import { homeLayout, type HomeLayout } from '../store/home-layout.ts'
import { readState } from '../store/state.ts'
import { recordUse } from '../store/usage.ts'
import { doctor } from './doctor.ts'
import { examineHome } from './examine-home.ts'
import { mendHome } from './mend-home.ts'

const key = generateSigningKey()
const manifest = { permissions: { net: [{ host: 'api.acme.example' }] } }

interface World {
  readonly root: string
  readonly home: string
  readonly layout: HomeLayout
  readonly open: () => Promise<PluginHost>
}

/** A home with two versions of one plugin, the newer active, and with another plugin. */
async function world(root: string): Promise<World> {
  const home = join(root, 'home')
  const open = (): Promise<PluginHost> => openPluginHost({ home, consent: async () => true })
  const host = await open()
  for (const version of ['1.0.0', '1.1.0']) {
    const source = await writePlugin(join(root, version), {
      key,
      manifest: { ...manifest, version },
    })
    await host.install(source, { namespace: 'acme' })
  }
  const other = { manifest: { name: 'other', commands: [] } }
  await host.install(await writePlugin(join(root, 'other'), other))
  return { root, home, layout: homeLayout(home), open }
}

async function spoil(directory: string): Promise<void> {
  const entry = join(directory, 'dist/index.mjs')
  await chmod(entry, 0o644)
  await appendFile(entry, 'evil()')
}

const codesIn = async (home: string): Promise<readonly string[]> =>
  (await doctor({ home })).findings.map(({ code }) => code)

interface Fault {
  readonly code: string
  readonly make: (world: World) => Promise<unknown>
  /** Versions that are active afterwards; those from before, when absent. */
  readonly leaves?: readonly string[]
  /** Whether plugins have to be agreed to anew. */
  readonly isDistrusted?: boolean
}

const whole = ['acme/notes@1.1.0', 'local/other@1.0.0']

const mendable: readonly Fault[] = [
  {
    code: 'package-changed',
    make: ({ layout }) => spoil(layout.package('acme/notes', '1.1.0')),
    leaves: ['acme/notes@1.0.0', 'local/other@1.0.0'],
  },
  {
    code: 'package-missing',
    make: ({ layout }) => rm(layout.package('acme/notes', '1.1.0'), { recursive: true }),
    leaves: ['acme/notes@1.0.0', 'local/other@1.0.0'],
  },
  { code: 'package-changed', make: ({ layout }) => spoil(layout.package('acme/notes', '1.0.0')) },
  {
    code: 'package-missing',
    make: ({ layout }) => rm(layout.package('acme/notes', '1.0.0'), { recursive: true }),
  },
  {
    code: 'package-unknown',
    make: async ({ layout, root }) => {
      await writePlugin(layout.package('acme/stray', '3.0.0'), {
        key,
        manifest: { name: 'stray', version: '3.0.0' },
      })
      await rm(join(root, '1.0.0'), { recursive: true })
    },
  },
  { code: 'index-stale', make: ({ layout }) => rm(layout.index) },
  { code: 'index-stale', make: ({ layout }) => writeFile(layout.index, '{}', { mode: 0o600 }) },
  {
    code: 'grant-dangling',
    make: async ({ layout }) => {
      const text = await readFile(layout.grants, 'utf8')
      const dangling = text.replace('"local/other"', '"local/gone"')
      const grants: { plugins: object } = JSON.parse(text)
      const gone: { plugins: object } = JSON.parse(dangling)
      const both = { version: 1, plugins: { ...grants.plugins, ...gone.plugins } }
      await writeFile(layout.grants, canonicalJson(JSON.parse(JSON.stringify(both))))
    },
  },
  {
    code: 'grants-unreadable',
    make: ({ layout }) => writeFile(layout.grants, '{'),
    isDistrusted: true,
  },
  {
    code: 'change-unfinished',
    make: async ({ layout }) => {
      await mkdir(layout.package('acme/half', '1.0.0'), { recursive: true })
      await writeJournal(layout, {
        step: 'plan',
        change: 'broken-off',
        parts: [
          {
            id: 'acme/half',
            place: { from: 'plugins/.staging/1-1-1.aa/package', to: 'plugins/acme/half/1.0.0' },
            obsolete: [],
          },
        ],
      })
    },
  },
  {
    code: 'journal-unreadable',
    make: ({ layout }) =>
      writeJournal(layout, {
        step: 'plan',
        change: 'broken-off',
        parts: [{ id: '', obsolete: ['../../etc'] }],
      }),
  },
  {
    code: 'staging-left',
    make: async ({ layout }) => {
      const here = /\d+/.exec(String(spawnSync('readlink', ['/proc/self/ns/pid']).stdout))?.[0]
      const { pid } = spawnSync('true')
      await mkdir(join(layout.staging, `${pid}-1-${String(here)}.aaaa`), { recursive: true })
    },
  },
  {
    code: 'staging-left',
    make: ({ layout }) => mkdir(join(layout.staging, 'aside-of-nobody'), { recursive: true }),
  },
  {
    code: 'values-unreadable',
    make: ({ layout }) => writeFile(layout.kv, 'no database'.repeat(999), { mode: 0o600 }),
  },
  {
    code: 'usage-unreadable',
    make: ({ layout }) => writeFile(layout.usage, 'no database'.repeat(999), { mode: 0o600 }),
  },
  { code: 'mode-open', make: ({ layout }) => chmod(layout.grants, 0o644) },
  { code: 'mode-open', make: ({ layout }) => chmod(layout.plugins, 0o777) },
  {
    code: 'state-unreadable',
    make: ({ layout }) => writeFile(layout.state, 'no database'.repeat(999), { mode: 0o600 }),
    isDistrusted: true,
  },
  {
    code: 'state-unreadable',
    make: async ({ layout }) => change(layout, `UPDATE plugins SET words = '{'`),
    isDistrusted: true,
  },
  {
    code: 'state-unreadable',
    make: async ({ layout }) =>
      change(layout, `UPDATE versions SET manifest = '{}' WHERE version = '1.0.0'`),
    isDistrusted: true,
  },
  { code: 'state-lost', make: ({ layout }) => rm(layout.state), isDistrusted: true },
]

describe('doctor()', () => {
  it('finds nothing wrong with what is whole, in use or not there, and changes nothing', async () => {
    await using folder = await temporaryFolder()
    const { home, layout } = await world(folder.path)
    recordUse(layout, { id: 'acme/notes', at: '', durationMs: 1 })
    {
      await using values = new KeyValues(layout.kv, 'acme/notes')
      await values.set('a', 1)
    }
    const before = await listing(home)
    const healthy = { findings: [], isHealthy: true }
    expect(await doctor({ home })).toEqual(healthy)
    expect(await doctor({ home, fix: true })).toEqual(healthy)
    expect(await listing(home)).toEqual(before)
    expect(await doctor({ home: join(folder.path, 'nothing'), fix: true })).toEqual(healthy)
    expect(await readdir(folder.path)).not.toContain('nothing')
  })

  it.each(mendable)('finds $code and mends it', async ({ code, make, leaves, isDistrusted }) => {
    await using folder = await temporaryFolder()
    const there = await world(folder.path)
    const { home, layout } = there
    await make(there)
    const before = await listing(home)
    expect(new Set(await codesIn(home))).toEqual(new Set([code]))
    expect(await listing(home)).toEqual(before)
    const { findings } = await doctor({ home, fix: true })
    const mended = findings.filter(({ isMended }) => isMended)
    expect(mended).toMatchObject([{ code, isMendable: true }])
    const left = findings.filter(({ isMended }) => !isMended)
    // Nothing else is wrong now, but that what lost its state or grants has to be agreed to anew.
    expect(left.map((finding) => finding.code)).toEqual(
      isDistrusted === true ? ['grant-stale', 'grant-stale'] : [],
    )
    const host = await there.open()
    for (const { plugin = '' } of left) await host.approve(plugin)
    expect(await doctor({ home, fix: true })).toEqual({ findings: [], isHealthy: true })
    expect(host.list().map(({ id, version }) => `${id}@${version}`)).toEqual(leaves ?? whole)
    await expectWhole(home)
    expect(await readdir(layout.plugins)).not.toContain('stray')
  })

  it('cannot mend what only a person can, and says what to do', async () => {
    await using folder = await temporaryFolder()
    const there = await world(folder.path)
    const { home, layout } = there
    const host = await there.open()
    const gone = { name: 'gone', commands: [] }
    await host.install(await writePlugin(join(folder.path, 'gone'), { manifest: gone }))
    const needing = { name: 'writer', commands: [], plugins: { gone: '^1.0.0' } }
    await host.install(await writePlugin(join(folder.path, 'writer'), { manifest: needing }))
    await host.uninstall('gone', { force: true })
    await host.revoke('writer')
    await spoil(layout.package('local/other', '1.0.0'))
    const report = await doctor({ home, fix: true })
    expect(report).toMatchObject({
      isHealthy: false,
      findings: [
        {
          code: 'package-changed',
          severity: 'error',
          message: 'Files were changed since they were verified: local/other 1.0.0 cannot run',
          mend: 'Install it again with --force: local/other 1.0.0',
          isMendable: false,
          isMended: false,
        },
        { code: 'grant-stale', plugin: 'local/writer', isMended: false },
        {
          code: 'requirement-missing',
          message: '"local/writer" needs "gone" ^1.0.0, which is not installed',
          mend: 'Install gone@^1.0.0',
          isMended: false,
        },
      ],
    })
    await host.install(join(folder.path, 'other'), { force: true })
    expect(await codesIn(home)).toEqual(['grant-stale', 'requirement-missing'])
  })

  it('goes back to no version that was not agreed to', async () => {
    await using folder = await temporaryFolder()
    const there = await world(folder.path)
    const more = { ...manifest, version: '2.0.0', permissions: {} }
    const host = await there.open()
    await host.install(await writePlugin(join(folder.path, 'two'), { key, manifest: more }), {
      namespace: 'acme',
    })
    await spoil(there.layout.package('acme/notes', '2.0.0'))
    const { findings } = await doctor({ home: there.home, fix: true })
    expect(findings).toMatchObject([
      { code: 'package-changed', isMendable: false, isMended: false },
    ])
    expect(host.get('notes').version).toBe('2.0.0')
  })

  it('leaves a database of a later version alone, and what people put into the folder by hand', async () => {
    await using folder = await temporaryFolder()
    const { home, layout } = await world(folder.path)
    await writePlugin(join(layout.plugins, 'by-hand'))
    await writePlugin(join(layout.plugins, 'mine/by-hand'))
    change(layout, 'PRAGMA user_version = 99')
    const before = await listing(home)
    const { findings } = await doctor({ home, fix: true })
    expect(findings).toMatchObject([{ code: 'state-later', isMendable: false, isMended: false }])
    expect(await listing(home)).toEqual(before)
    change(layout, 'PRAGMA user_version = 2')
    expect(await codesIn(home)).toEqual([])
  })

  it('puts aside what cannot be read, and throws nothing of it away', async () => {
    await using folder = await temporaryFolder()
    const { home, layout } = await world(folder.path)
    for (const file of [layout.state, layout.grants, layout.kv])
      await writeFile(file, 'no database'.repeat(999), { mode: 0o600 })
    await doctor({ home, fix: true, clock: { ...systemClock, now: () => 7 } })
    for (const name of ['state.db', 'grants.json', 'kv.db'])
      expect(await readFile(join(home, `${name}.damaged-7`), 'utf8')).toContain('no database')
  })

  it.each([
    '.',
    'plugins',
    'data',
    'state.db',
    'logs/audit.jsonl',
    'data/../grants.json',
    'backups',
  ])('follows no journal that would remove %j', async (obsolete) => {
    await using folder = await temporaryFolder()
    const { home, layout, open } = await world(folder.path)
    const before = await listing(home)
    const { lastChange } = readState(layout)
    const parts = [{ id: 'acme/notes', obsolete: [obsolete] }]
    await writeJournal(layout, { step: 'plan', change: lastChange, parts })
    await expect((await open()).disable('other')).rejects.toThrow('which no change touches')
    await doctor({ home, fix: true })
    const left = (await listing(home)).filter((line) => !line.includes('damaged'))
    expect(left).toEqual(before)
    expect((await (await open()).disable('other')).enabled).toBe(false)
  })

  it('throws nothing away that somebody worked in', async () => {
    await using folder = await temporaryFolder()
    const { home, layout } = await world(folder.path)
    const [mine, sound] = [
      layout.package('acme/notes', '9.0.0'),
      layout.package('acme/pdf', '1.0.0'),
    ]
    await writePlugin(mine, { key: 'none', manifest: { version: '9.0.0' } })
    await writeFile(join(mine, 'mine.txt'), 'hours of work')
    await writePlugin(sound, { key: 'none', manifest: { name: 'pdf' } })
    await doctor({ home, fix: true, clock: { ...systemClock, now: () => 7 } })
    const aside = join(home, 'acme-notes-9.0.0.damaged-7')
    expect(await readFile(join(aside, 'mine.txt'), 'utf8')).toBe('hours of work')
    await expectWhole(home)
    expect((await doctor({ home })).findings).toEqual([])
  })

  it('puts nothing aside that another doctor has mended meanwhile', async () => {
    await using folder = await temporaryFolder()
    const { home, layout, open } = await world(folder.path)
    for (const file of [layout.state, layout.grants])
      await writeFile(file, 'no database'.repeat(999), { mode: 0o600 })
    const found = await examineHome(layout)
    await doctor({ home, fix: true })
    const host = await open()
    for (const name of ['acme/notes', 'local/other']) await host.approve(name)
    const before = [host.history(), await readFile(layout.grants, 'utf8')]
    const context = { layout, clock: systemClock, reservedWords: new Set<string>() }
    await mendHome(found, { ...context, reached: () => {} })
    expect([(await open()).history(), await readFile(layout.grants, 'utf8')]).toEqual(before)
    await expectWhole(home)
  })

  it('finds words that nobody else has, when it finds packages again', async () => {
    await using folder = await temporaryFolder()
    const there = await world(folder.path)
    const host = await there.open()
    const twin = await writePlugin(join(folder.path, 'twin'), { manifest: { name: 'twin' } })
    await host.install(twin, { words: { notes: 'jot' } })
    await rm(there.layout.state)
    await doctor({ home: there.home, fix: true, reservedWords: ['list'] })
    const again = await there.open()
    expect(again.list().flatMap(({ commands }) => commands.map(({ word }) => word))).toEqual([
      'notes',
      'twin:notes',
    ])
  })
})

function change(layout: HomeLayout, statement: string): void {
  using database = new DatabaseSync(layout.state)
  database.exec(statement)
}

async function writeJournal(
  layout: HomeLayout,
  plan: { readonly step: string; readonly [fact: string]: unknown },
): Promise<void> {
  await mkdir(layout.journal, { recursive: true })
  await using journal = await Journal.begin(join(layout.journal, 'broken-off.jsonl'))
  await journal.append(plan)
}
