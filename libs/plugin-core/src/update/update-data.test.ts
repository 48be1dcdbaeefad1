import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { appendFileSync, existsSync } from 'node:fs'
import { inspectBackends } from '@mb/sandbox'
import { describe, expect, it } from 'vitest'
import { KeyValues } from '../broker/index.ts'
import { expectWhole } from '../fixtures/expect-whole.ts'
import { listing } from '../fixtures/listing.ts'
import { temporaryFolder, writePlugin } from '../fixtures/plugin-folder.ts'
import { openPluginHost, type PluginHost } from '../host.ts'
import { homeLayout } from '../store/home-layout.ts'

const requireEngines = process.env['MB_REQUIRE_ENGINES'] === '1'
const backends = await inspectBackends({ isFirstEnough: true })
const isSkipped = !requireEngines && !backends.some(({ usable }) => usable)

const permissions = { fs: { read: ['${data}/**'], write: ['${data}/**'] } }

const migrates = `import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
export default {
  async migrate({ from, to }, { data, kv }) {
    const notes = join(data, 'notes')
    await writeFile(notes, (await readFile(notes, 'utf8')) + from + '>' + to)
    await kv.set('form', to)
  },
}
`

/** A home with a plugin of version 1.0.0, which keeps a file and a value. */
async function prepare(root: string): Promise<{
  readonly home: string
  readonly host: PluginHost
  readonly next: (code: string, manifest?: object) => Promise<string>
}> {
  const home = join(root, 'home')
  const host = await openPluginHost({ home, consent: async () => true })
  await host.install(await writePlugin(join(root, 'first'), { manifest: { permissions } }))
  const layout = homeLayout(home)
  await mkdir(layout.dataOf('local/notes'), { recursive: true })
  await writeFile(join(layout.dataOf('local/notes'), 'notes'), 'first ')
  {
    await using values = new KeyValues(layout.kv, 'local/notes')
    await values.set('form', '1.0.0')
    await values.set('more', true)
  }
  return {
    home,
    host,
    next: (code, manifest = {}) =>
      writePlugin(join(root, 'next'), {
        manifest: { version: '2.0.0', permissions, ...manifest },
        files: { 'dist/index.mjs': code },
      }),
  }
}

/** All that the plugin keeps. */
async function keptIn(home: string): Promise<unknown> {
  const layout = homeLayout(home)
  await using values = new KeyValues(layout.kv, 'local/notes')
  const text = await readFile(join(layout.dataOf('local/notes'), 'notes'), 'utf8')
  return { notes: text, form: await values.get('form'), keys: await values.list() }
}

const before = { notes: 'first ', form: '1.0.0', keys: ['form', 'more'] }

describe.skipIf(isSkipped)('a new version, where the plugin keeps something', () => {
  it('takes it over, and what it was stays with the old version', async () => {
    await using folder = await temporaryFolder()
    const { home, host, next } = await prepare(folder.path)
    expect((await host.install(await next(migrates))).version).toBe('2.0.0')
    expect(await keptIn(home)).toEqual({
      notes: 'first 1.0.0>2.0.0',
      form: '2.0.0',
      keys: ['form', 'more'],
    })
    const backup = homeLayout(home).backupOf('local/notes', '1.0.0')
    expect(await readFile(join(backup, 'data', 'notes'), 'utf8')).toBe('first ')
    await using values = new KeyValues(join(backup, 'values.db'), 'local/notes')
    expect([await values.get('form'), await values.list()]).toEqual(['1.0.0', ['form', 'more']])
    await expectWhole(home)
  })

  it.each([
    [
      'throws as it migrates',
      `export default { migrate() { throw new Error('no room \\u001b[2J') } }`,
      'Cannot update "local/notes" to 2.0.0: it could not take over what 1.0.0 keeps: Error: no room [2J',
    ],
    [
      'says that it is unhealthy',
      `export default { health: () => ({ status: 'unhealthy', reason: 'the index is broken' }) }`,
      'Cannot update "local/notes" to 2.0.0: its health check did not pass: the index is broken',
    ],
    [
      'answers nonsense',
      `export default { health: () => 7 }`,
      'Cannot update "local/notes" to 2.0.0: its health check did not pass: it answered what is no health',
    ],
    [
      'cannot be loaded',
      `export default 7`,
      'Cannot update "local/notes" to 2.0.0: it could not take over what 1.0.0 keeps: the default export of its entry is no plugin: write "export default definePlugin({ … })"',
    ],
    [
      'dies of it',
      `export default { health: () => process.exit(3) }`,
      'Cannot update "local/notes" to 2.0.0: its health check did not pass: it exited with status 3 before it answered',
    ],
  ])('changes nothing when it %s', async (_, code, message) => {
    await using folder = await temporaryFolder()
    const { home, host, next } = await prepare(folder.path)
    const listed = await listing(join(home, 'plugins'))
    await expect(host.install(await next(code))).rejects.toMatchObject({
      code: 'MB_PLUGIN_UPDATE_FAILED',
      message,
    })
    expect(host.get('notes').version).toBe('1.0.0')
    expect(await keptIn(home)).toEqual(before)
    expect(await listing(join(home, 'plugins'))).toEqual(listed)
    expect(existsSync(join(home, 'backups'))).toBe(false)
    await expectWhole(home)
  })

  it('ends a health check that hangs', async () => {
    await using folder = await temporaryFolder()
    const { home, next } = await prepare(folder.path)
    const { defaultConfiguration } = await import('../configuration/configuration.ts')
    const plugins = { ...defaultConfiguration.plugins, healthCheckTimeoutSeconds: 1 }
    const configuration = { values: { ...defaultConfiguration, plugins } }
    const host = await openPluginHost({ home, consent: async () => true, configuration })
    const hanging = `export default { health: () => new Promise(() => setInterval(() => {}, 1000)) }`
    await expect(host.install(await next(hanging))).rejects.toMatchObject({
      code: 'MB_PLUGIN_UPDATE_FAILED',
      details: { stage: 'health', code: 'MB_PLUGIN_DEADLINE' },
    })
    expect(await keptIn(home)).toEqual(before)
  })

  it('writes nowhere else and reaches nobody while it is tried, whatever it was granted', async () => {
    await using folder = await temporaryFolder()
    const { home, next } = await prepare(folder.path)
    const workspace = join(folder.path, 'work')
    await mkdir(workspace)
    await writeFile(join(workspace, 'mine'), 'mine')
    const host = await openPluginHost({ home, workspace, consent: async () => true })
    const code = `import { writeFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
const tried = (work) => work.then(() => 'done', (error) => error.code)
export default {
  async migrate(_, { data, workspace }) {
    const seen = await readFile(join(workspace, 'mine'), 'utf8')
    const wrote = await tried(writeFile(join(workspace, 'mine'), 'yours'))
    const proxy = process.env.HTTPS_PROXY ?? 'none'
    await writeFile(join(data, 'seen'), JSON.stringify({ seen, wrote, proxy }))
  },
}
`
    const all = {
      read: ['${workspace}/**', '${data}/**'],
      write: ['${workspace}/**', '${data}/**'],
    }
    await host.install(
      await next(code, { permissions: { fs: all, net: [{ host: 'acme.example' }] } }),
    )
    const seen = await readFile(join(homeLayout(home).dataOf('local/notes'), 'seen'), 'utf8')
    expect(JSON.parse(seen)).toEqual({ seen: 'mine', wrote: expect.any(String), proxy: 'none' })
    expect(JSON.parse(seen)).not.toMatchObject({ wrote: 'done' })
    expect(await readFile(join(workspace, 'mine'), 'utf8')).toBe('mine')
  })

  it('is tried again when the old one writes meanwhile, and given up in the end', async () => {
    await using folder = await temporaryFolder()
    const { home, next } = await prepare(folder.path)
    const notes = join(homeLayout(home).dataOf('local/notes'), 'notes')
    const writing = async (times: number): Promise<PluginHost> => {
      let left = times
      const host = await openPluginHost({ home, consent: async () => true })
      const install = host.install.bind(host)
      host.install = (source) =>
        install(source, {
          onStep: (step) => {
            // It has been copied by then, and is looked at again right after.
            if (step !== 'commit' || left === 0) return
            left -= 1
            appendFileSync(notes, 'late ')
          },
        })
      return host
    }
    await expect((await writing(Infinity)).install(await next(migrates))).rejects.toMatchObject({
      code: 'MB_PLUGIN_BUSY',
    })
    await expectWhole(home)
    const { version } = await (await writing(1)).install(await next(migrates))
    expect(version).toBe('2.0.0')
    expect(await readFile(notes, 'utf8')).toBe('first late late late late 1.0.0>2.0.0')
    await expectWhole(home)
  })

  it('is left again by a rollback, which brings what was kept back, both ways', async () => {
    await using folder = await temporaryFolder()
    const { home, host, next } = await prepare(folder.path)
    await host.install(await next(migrates))
    const after = { notes: 'first 1.0.0>2.0.0', form: '2.0.0', keys: ['form', 'more'] }
    expect(await host.rollback('notes', { dryRun: true })).toMatchObject({ restoresData: true })
    expect(await keptIn(home)).toEqual(after)
    expect(await host.rollback('notes')).toMatchObject({ to: '1.0.0', restoresData: true })
    expect(await keptIn(home)).toEqual(before)
    const layout = homeLayout(home)
    expect(existsSync(layout.backupOf('local/notes', '1.0.0'))).toBe(false)
    await expectWhole(home)
    const forward = await host.rollback('notes', { version: '2.0.0' })
    expect(forward).toMatchObject({ from: '1.0.0', to: '2.0.0', restoresData: true })
    expect(await keptIn(home)).toEqual(after)
    expect(await host.rollback('notes', { keepData: true })).toMatchObject({ restoresData: false })
    expect(await keptIn(home)).toEqual(after)
    expect(existsSync(layout.backupOf('local/notes', '1.0.0'))).toBe(false)
    await expectWhole(home)
    await host.uninstall('notes')
    expect(existsSync(join(home, 'backups'))).toBe(false)
    expect(await keptIn(home)).toEqual(after)
  })

  it('keeps as many backups as versions, and none where the settings say so', async () => {
    await using folder = await temporaryFolder()
    const { home, next } = await prepare(folder.path)
    const { defaultConfiguration } = await import('../configuration/configuration.ts')
    const open = (plugins: object): Promise<PluginHost> =>
      openPluginHost({
        home,
        consent: async () => true,
        configuration: {
          values: {
            ...defaultConfiguration,
            plugins: { ...defaultConfiguration.plugins, ...plugins },
          },
        },
      })
    const host = await open({ keepVersions: 2 })
    for (const version of ['2.0.0', '3.0.0', '4.0.0'])
      await host.install(await next(migrates, { version }))
    const backups = homeLayout(home).backupOf('local/notes')
    expect((await readdir(backups)).toSorted()).toEqual(['2.0.0', '3.0.0'])
    await (await open({ backup: false })).install(await next(migrates, { version: '5.0.0' }))
    expect((await readdir(backups)).toSorted()).toEqual(['2.0.0', '3.0.0'])
    expect(await host.rollback('notes')).toMatchObject({ to: '4.0.0', restoresData: false })
  })

  it('is not tried where nothing is kept, so that an installation costs no jail', async () => {
    await using folder = await temporaryFolder()
    const home = join(folder.path, 'home')
    const host = await openPluginHost({ home, consent: async () => true })
    await host.install(await writePlugin(join(folder.path, 'first')))
    const steps: string[] = []
    const next = await writePlugin(join(folder.path, 'next'), {
      manifest: { version: '2.0.0' },
      files: { 'dist/index.mjs': 'export default 7' },
    })
    await host.install(next, { onStep: (step) => void steps.push(step) })
    expect(steps).toEqual(['verify', 'consent', 'commit'])
  })
})
