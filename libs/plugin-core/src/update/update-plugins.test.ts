import { join } from 'node:path'
import { generateSigningKey, type SigningKey } from '@mb/manifest'
import { inspectBackends } from '@mb/sandbox'
import { describe, expect, it } from 'vitest'
import { defaultConfiguration } from '../configuration/configuration.ts'
import type { PluginsConfiguration } from '../configuration/plugin-settings.ts'
import type { Consent } from '../consent/consent.ts'
import { expectWhole } from '../fixtures/expect-whole.ts'
import { folderRepository } from '../fixtures/folder-repository.ts'
import { temporaryFolder, writePlugin } from '../fixtures/plugin-folder.ts'
import { openPluginHost, type PluginHost } from '../host.ts'
import type { Offer, PackageRepository } from '../install/package-repository.ts'

const requireEngines = process.env['MB_REQUIRE_ENGINES'] === '1'
const backends = await inspectBackends({ isFirstEnough: true })
const isSkipped = !requireEngines && !backends.some(({ usable }) => usable)

const key = generateSigningKey()
const start = Date.UTC(2026, 0, 1)
const published = '2025-12-01T00:00:00.000Z'

interface ShelvedVersion {
  readonly manifest?: Readonly<Record<string, unknown>>
  readonly code?: string
  readonly key?: SigningKey
  /** What the repository tells of it, in place of the truth. */
  readonly tells?: Partial<Offer>
}

/** A marketplace with the versions of `acme/notes`; more can come. */
class Town implements PackageRepository {
  readonly #root: string
  readonly #shelf = new Map<string, PackageRepository & { readonly tells: Partial<Offer> }>()
  readonly setting = { name: 'town', url: 'https://town.example', priority: 100 }
  isDown = false
  asked = 0

  constructor(root: string) {
    this.#root = root
  }

  async publish(version: string, { tells = {}, ...more }: ShelvedVersion = {}): Promise<void> {
    const folder = await writePlugin(join(this.#root, `notes-${version}`), {
      manifest: { version, ...more.manifest },
      files: more.code === undefined ? {} : { 'dist/index.mjs': more.code },
      key: more.key ?? key,
    })
    const repository = await folderRepository(folder)
    this.#shelf.set(version, { ...repository, tells: { publishedAt: published, ...tells } })
  }

  async find(spec: string): ReturnType<PackageRepository['find']> {
    const found = this.#shelf.get(spec.slice(spec.indexOf('@') + 1))
    if (found === undefined) throw new TypeError(`Cannot find ${spec}`)
    return await found.find(spec, {})
  }

  async offers(plugin: string): Promise<readonly Offer[]> {
    this.asked += 1
    await Promise.resolve()
    if (this.isDown) throw new TypeError('Cannot reach the town')
    const all = [...this.#shelf.values()].map(async (shelved) => {
      const offers = await shelved.offers(plugin, {})
      return offers.map((offer) => ({ ...offer, ...shelved.tells }))
    })
    return (await Promise.all(all)).flat()
  }
}

interface World {
  readonly home: string
  readonly town: Town
  readonly open: (options?: {
    readonly consent?: Consent | undefined
    readonly plugins?: Partial<PluginsConfiguration>
    readonly now?: number
  }) => Promise<PluginHost>
}

/** A home with `acme/notes` 1.0.0. */
async function world(root: string): Promise<World> {
  const home = join(root, 'home')
  const town = new Town(root)
  await town.publish('1.0.0')
  const open: World['open'] = ({ plugins = {}, now = start, ...options } = {}) =>
    openPluginHost({
      home,
      clock: { now: () => now, monotonic: () => performance.now() },
      configuration: {
        values: {
          ...defaultConfiguration,
          plugins: {
            ...defaultConfiguration.plugins,
            trustedSources: ['marketplace:town'],
            ...plugins,
          },
        },
      },
      ...options,
    })
  const host = await open({ consent: async () => true })
  await host.installFrom(town, 'acme/notes')
  return { home, town, open }
}

const facts = { id: 'acme/notes', from: '1.0.0' }

describe.skipIf(isSkipped)('host.update()', () => {
  it('takes the newest that nothing holds back, asks nobody for what was granted, and remembers it', async () => {
    await using folder = await temporaryFolder()
    const { home, town, open } = await world(folder.path)
    await town.publish('1.1.0')
    await town.publish('1.2.0')
    await town.publish('2.0.0')
    const host = await open()
    const held = [
      {
        version: '2.0.0',
        kind: 'policy',
        reason: 'it may break what works with 1.0.0, and the policy is "minor"',
      },
    ]
    const looked = { ...facts, status: 'available', to: '1.2.0', held }
    expect(await host.update(town, { checkOnly: true })).toEqual([looked])
    expect(host.get('notes').version).toBe('1.0.0')
    const steps: string[] = []
    const done = await host.update(town, { onStep: (step, id) => void steps.push(`${id} ${step}`) })
    expect(done).toEqual([{ ...looked, status: 'updated' }])
    expect(steps).toContain('acme/notes try')
    expect(host.get('notes')).toMatchObject({ version: '1.2.0', versions: ['1.2.0', '1.0.0'] })
    expect(host.history('notes')[0]).toMatchObject({ action: 'update', from: '1.0.0', to: '1.2.0' })
    await expectWhole(home)
    expect(await host.update(town)).toMatchObject([{ status: 'held', to: '2.0.0' }])
    expect(host.get('notes').held).toBeUndefined()
  })

  it.each<[string, ShelvedVersion, string, string]>([
    [
      'one that asks for more',
      { manifest: { permissions: { env: ['HOME'] } } },
      'permissions',
      'it asks for more: read the environment variable HOME',
    ],
    ['one by another key', { key: generateSigningKey() }, 'signer', 'it is signed with key '],
    [
      'one by another key that the repository tells otherwise',
      { key: generateSigningKey(), tells: { keyId: key.keyId } },
      'signer',
      'it is signed with key ',
    ],
    [
      'one that nobody signed',
      { tells: { keyId: undefined } },
      'unsigned',
      'nobody signed it, and the versions before it were signed with key ',
    ],
    [
      'one that does not start',
      { code: 'export default 7' },
      'failed',
      'it could not take over what 1.0.0 keeps: the default export of its entry is no plugin',
    ],
    [
      'one that says that it is ill',
      {
        code: `export default { health: () => ({ status: 'unhealthy', reason: 'no index' }) }`,
      },
      'failed',
      'its health check did not pass: no index',
    ],
  ])('lets %s wait, says why, and the old one goes on', async (_, version, kind, reason) => {
    await using folder = await temporaryFolder()
    const { home, town, open } = await world(folder.path)
    await town.publish('1.1.0', version)
    const host = await open()
    const status = kind === 'failed' ? 'failed' : 'held'
    for (let round = 0; round < 2; round += 1) {
      const [update] = await host.update(town, { names: ['notes'] })
      expect(update).toMatchObject({ ...facts, status, to: '1.1.0', held: [{ kind }] })
      expect(update?.reason?.startsWith(reason)).toBe(true)
    }
    const { held, version: present } = host.get('notes')
    expect(present).toBe('1.0.0')
    expect(held).toMatchObject({ version: '1.1.0', at: '2026-01-01T00:00:00.000Z' })
    expect(held?.reason.startsWith(reason)).toBe(true)
    expect(host.history('notes').map(({ action }) => action)).toEqual(['hold', 'install'])
    await expectWhole(home)
  })

  it('lets what waited in once somebody agrees', async () => {
    await using folder = await temporaryFolder()
    const { town, open } = await world(folder.path)
    await town.publish('1.1.0', { manifest: { permissions: { env: ['HOME'] } } })
    await (await open()).update(town)
    const host = await open({ consent: async ({ added }) => added.length === 1 })
    expect(await host.update(town)).toMatchObject([{ status: 'updated', to: '1.1.0' }])
    expect(host.get('notes').held).toBeUndefined()
  })

  it('never goes back, though the repository has nothing newer or is asked to', async () => {
    await using folder = await temporaryFolder()
    const { town, open } = await world(folder.path)
    await town.publish('0.9.0')
    const host = await open({ consent: async () => true })
    expect(await host.update(town)).toEqual([{ ...facts, status: 'current', held: [] }])
    expect(await host.update(town, { names: ['notes'], to: '0.9.0' })).toMatchObject([
      {
        status: 'held',
        reason: 'it is older than 1.0.0, which is installed: mended faults would come back',
      },
    ])
    expect(await host.update(town, { names: ['notes'], to: '3.0.0' })).toMatchObject([
      { status: 'failed', reason: 'there is no such version' },
    ])
    expect(host.get('notes').version).toBe('1.0.0')
  })

  it('lets a new version rest, unless it is named', async () => {
    await using folder = await temporaryFolder()
    const { town, open } = await world(folder.path)
    await town.publish('1.1.0', { tells: { publishedAt: '2025-12-31T12:00:00.000Z' } })
    const host = await open()
    const reason = 'it is too new: it waits until 2026-01-01T12:00:00.000Z'
    expect(await host.update(town)).toMatchObject([{ status: 'held', reason }])
    expect(await host.update(town, { to: '1.1.0', names: ['notes'] })).toMatchObject([
      { status: 'updated' },
    ])
  })

  it('holds to the policy of the plugin, and that of the call above it', async () => {
    await using folder = await temporaryFolder()
    const { town, open } = await world(folder.path)
    await town.publish('1.1.0')
    await town.publish('2.0.0')
    const host = await open({ consent: async () => true })
    await host.setUpdatePolicy('notes', 'pinned')
    expect(host.get('notes').updates).toBe('pinned')
    expect(await host.update(town)).toMatchObject([{ status: 'held', held: [{}, {}] }])
    expect(await host.update(town, { policy: 'latest', checkOnly: true })).toMatchObject([
      { status: 'available', to: '2.0.0' },
    ])
    await host.setUpdatePolicy('notes', 'none')
    const asked = town.asked
    expect(await host.update(town)).toMatchObject([{ status: 'current' }])
    expect(town.asked).toBe(asked)
    await host.setUpdatePolicy('notes', undefined)
    expect(await host.update(town, { checkOnly: true })).toMatchObject([{ to: '1.1.0' }])
  })

  describe('that needs another plugin', () => {
    const young = new Date(start - 3_600_000).toISOString()
    const fonts = { name: 'fonts', commands: [] }
    const needy = { plugins: { 'acme/fonts': '>=0.3.0' } }

    it('waits until that is old enough, too', async () => {
      await using folder = await temporaryFolder()
      const { town, open } = await world(folder.path)
      await town.publish('0.3.0', { manifest: fonts, tells: { publishedAt: young } })
      await town.publish('1.1.0', { manifest: needy })
      const host = await open({ consent: async () => true })
      const [update] = await host.update(town)
      expect(update).toMatchObject({ status: 'held', held: [{ version: '1.1.0', kind: 'needs' }] })
      expect(update?.reason).toContain('it is too new: it waits until')
      expect(host.list().map(({ id }) => id)).toEqual(['acme/notes'])
      const none = { ...defaultConfiguration.plugins.updates, cooldownSeconds: 0 }
      const hasty = await open({ consent: async () => true, plugins: { updates: none } })
      expect(await hasty.update(town)).toMatchObject([{ status: 'updated' }])
      expect(hasty.list().map(({ id }) => id)).toEqual(['acme/fonts', 'acme/notes'])
    })

    it('waits for one that somebody pinned', async () => {
      await using folder = await temporaryFolder()
      const { town, open } = await world(folder.path)
      await town.publish('0.3.0', { manifest: fonts })
      const host = await open({ consent: async () => true })
      await host.installFrom(town, 'acme/fonts@0.3.0')
      await host.setUpdatePolicy('fonts', 'pinned')
      await town.publish('0.4.0', { manifest: fonts })
      await town.publish('1.1.0', { manifest: { plugins: { 'acme/fonts': '>=0.4.0' } } })
      expect(await host.update(town, { names: ['notes'] })).toMatchObject([
        { status: 'held', held: [{ version: '1.1.0', kind: 'needs' }] },
      ])
      await host.setUpdatePolicy('fonts', 'latest')
      expect(await host.update(town, { names: ['notes'] })).toMatchObject([{ status: 'updated' }])
      expect(host.get('fonts').version).toBe('0.4.0')
    })
  })

  it('takes nothing of that name from another repository', async () => {
    await using folder = await temporaryFolder()
    const { town, open } = await world(folder.path)
    await town.publish('1.1.0', { tells: { repository: 'elsewhere' } })
    const host = await open({ consent: async () => true })
    expect(await host.update(town)).toEqual([{ ...facts, status: 'current', held: [] }])
  })

  it('goes on with the others where one cannot be asked about, and says what is wrong', async () => {
    await using folder = await temporaryFolder()
    const { town, open } = await world(folder.path)
    const host = await open({ consent: async () => true })
    const local = await writePlugin(join(folder.path, 'local'), {
      manifest: { name: 'local-one', commands: [] },
    })
    await host.install(local)
    town.isDown = true
    expect(await host.update(town)).toMatchObject([
      { id: 'acme/notes', status: 'failed', reason: 'Cannot reach the town' },
      {
        id: 'local/local-one',
        status: 'unmanaged',
        reason: `it came from ${local}: install it from there again`,
      },
    ])
    await expect(host.update(town, { names: ['notes'] })).rejects.toThrow('Cannot reach the town')
    await expect(host.update(town, { names: ['absent'] })).rejects.toMatchObject({
      code: 'MB_PLUGIN_NOT_FOUND',
    })
  })
})

describe.skipIf(isSkipped)('host.updateIfDue()', () => {
  const day = 86_400_000

  it('looks once a day, and only looks unless the settings say otherwise', async () => {
    await using folder = await temporaryFolder()
    const { town, open } = await world(folder.path)
    await town.publish('1.1.0')
    const first = await (await open()).updateIfDue(town)
    expect(first).toMatchObject({
      wasDue: true,
      nextAt: '2026-01-02T00:00:00.000Z',
      updates: [{ status: 'available', to: '1.1.0' }],
    })
    const plugins = { updates: { ...defaultConfiguration.plugins.updates, automatic: true } }
    const early = await open({ now: start + day - 1, plugins })
    expect(await early.updateIfDue(town)).toEqual({
      wasDue: false,
      nextAt: '2026-01-02T00:00:00.000Z',
      updates: [],
    })
    const due = await open({ now: start + day, plugins })
    expect(await due.updateIfDue(town)).toMatchObject({ updates: [{ status: 'updated' }] })
    // A clock that was set back.
    const back = await open({ now: start - day, plugins })
    expect(await back.updateIfDue(town)).toMatchObject({ wasDue: true })
  })

  it('asks nobody: what needs a yes waits', async () => {
    await using folder = await temporaryFolder()
    const { town, open } = await world(folder.path)
    await town.publish('1.1.0', { manifest: { permissions: { env: ['HOME'] } } })
    const plugins = { updates: { ...defaultConfiguration.plugins.updates, automatic: true } }
    const host = await open({ consent: async () => true, plugins })
    expect(await host.updateIfDue(town)).toMatchObject({ updates: [{ status: 'held' }] })
    expect(host.get('notes').version).toBe('1.0.0')
  })

  it('looks once, though several do so at once', async () => {
    await using folder = await temporaryFolder()
    const { town, open } = await world(folder.path)
    const before = town.asked
    const hosts = await Promise.all(Array.from({ length: 5 }, () => open()))
    const looks = await Promise.all(hosts.map((host) => host.updateIfDue(town)))
    expect(looks.filter(({ wasDue }) => wasDue)).toHaveLength(1)
    expect(town.asked).toBe(before + 1)
  })

  it('is due again at once where nobody could be asked', async () => {
    await using folder = await temporaryFolder()
    const { town, open } = await world(folder.path)
    const host = await open()
    town.isDown = true
    expect(await host.updateIfDue(town)).toMatchObject({ wasDue: true })
    town.isDown = false
    expect(await host.updateIfDue(town)).toMatchObject({ wasDue: true })
    expect(await host.updateIfDue(town)).toMatchObject({ wasDue: false })
  })
})
