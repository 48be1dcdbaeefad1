import { join } from 'node:path'
import { generateSigningKey } from '@mb/manifest'
import { describe, expect, it } from 'vitest'
import type { ConsentRequest } from '../consent/consent.ts'
import { expectWhole } from '../fixtures/expect-whole.ts'
import { listing } from '../fixtures/listing.ts'
import { temporaryFolder, writePlugin } from '../fixtures/plugin-folder.ts'
import {
  shelfRepository,
  type ShelfPlugin,
  type ShelfRepository,
} from '../fixtures/shelf-repository.ts'
import { openPluginHost, type PluginHost } from '../host.ts'
import type { InstallPlan } from './install-plan.ts'
import type { Offer } from './package-repository.ts'

const key = generateSigningKey()

const chain: readonly ShelfPlugin[] = [
  ['acme/report@1.0.0', { plugins: { 'acme/pdf': '^1.0.0' } }],
  ['acme/pdf@1.0.0', { plugins: { fonts: '^1.0.0' } }],
  ['acme/pdf@1.1.0', { plugins: { fonts: '^1.0.0' } }],
  ['acme/fonts@1.2.0'],
  ['acme/fonts@2.0.0'],
]

interface World extends AsyncDisposable {
  readonly home: string
  readonly path: string
  readonly host: PluginHost
  readonly requests: ConsentRequest[]
  readonly shelf: (
    plugins: readonly ShelfPlugin[],
    tells?: (offer: Offer) => Offer,
  ) => Promise<ShelfRepository>
  readonly installed: () => readonly string[]
}

async function world(
  agrees: (request: ConsentRequest) => boolean | Promise<boolean> = () => true,
): Promise<World> {
  const folder = await temporaryFolder()
  const home = join(folder.path, 'home')
  const requests: ConsentRequest[] = []
  const host = await openPluginHost({
    home,
    consent: async (request) => {
      requests.push(request)
      return await agrees(request)
    },
  })
  let shelves = 0
  return {
    home,
    path: folder.path,
    host,
    requests,
    shelf: async (plugins, tells) => {
      shelves += 1
      const directory = join(folder.path, `shelf-${shelves}`)
      return await shelfRepository(directory, {
        key,
        plugins,
        ...(tells === undefined ? {} : { tells }),
      })
    },
    installed: () => host.list().map(({ id, version }) => `${id}@${version}`),
    [Symbol.asyncDispose]: async () => await folder[Symbol.asyncDispose](),
  }
}

async function assertRefusal(
  { home }: World,
  install: () => Promise<unknown>,
  refusal: Readonly<Record<string, unknown>>,
): Promise<void> {
  const before = await listing(home)
  await expect(install()).rejects.toMatchObject(refusal)
  expect(await listing(home)).toEqual(before)
}

describe('installFrom()', () => {
  it('brings all that a plugin needs in one change, asked about one by one, what is needed first', async () => {
    await using there = await world()
    const { host, requests } = there
    const plans: InstallPlan[] = []
    const installed = await host.installFrom(await there.shelf(chain), 'report', {
      onPlan: (plan) => plans.push(plan),
    })
    expect([installed.id, installed.version, installed.wantedBy]).toEqual([
      'acme/report',
      '1.0.0',
      'person',
    ])
    expect(requests.map(({ id, version, neededBy }) => [id, version, neededBy])).toEqual([
      ['acme/fonts', '1.2.0', 'acme/pdf'],
      ['acme/pdf', '1.1.0', 'acme/report'],
      ['acme/report', '1.0.0', undefined],
    ])
    expect(host.list().map(({ id, wantedBy }) => [id, wantedBy])).toEqual([
      ['acme/fonts', 'plugin'],
      ['acme/pdf', 'plugin'],
      ['acme/report', 'person'],
    ])
    expect(new Set(host.history().map(({ change }) => change)).size).toBe(1)
    expect(plans).toEqual([
      {
        changes: [
          { id: 'acme/fonts', to: '1.2.0', neededBy: ['acme/pdf'] },
          { id: 'acme/pdf', to: '1.1.0', neededBy: ['acme/report'] },
          { id: 'acme/report', to: '1.0.0', neededBy: [] },
        ],
        leftOut: [],
        passedOver: [],
      },
    ])
    await expectWhole(there.home)
  })

  it('brings the plugin alone where dependencies are not wanted', async () => {
    await using there = await world()
    await there.host.installFrom(await there.shelf(chain), 'acme/report@1.0.0', {
      dependencies: false,
    })
    expect(there.installed()).toEqual(['acme/report@1.0.0'])
  })

  it('installs nothing when the person does not agree to one of them', async () => {
    await using there = await world(({ id }) => id !== 'acme/pdf')
    const repository = await there.shelf(chain)
    await assertRefusal(there, () => there.host.installFrom(repository, 'acme/report'), {
      code: 'MB_PLUGIN_CONSENT_DENIED',
    })
  })

  it('leaves what is installed as it is, and fetches none of it again', async () => {
    await using there = await world()
    const { host } = there
    await host.installFrom(await there.shelf(chain), 'acme/pdf@1.0.0')
    const repository = await there.shelf(chain)
    await host.installFrom(repository, 'acme/report')
    expect(there.installed()).toEqual(['acme/fonts@1.2.0', 'acme/pdf@1.0.0', 'acme/report@1.0.0'])
    expect(repository.asked.filter((each) => each.startsWith('find'))).toEqual([
      'find acme/report@1.0.0',
    ])
    expect(repository.asked).not.toContain('offers acme/fonts')
  })

  it('takes an installed plugin along to another version when that stands in the way', async () => {
    await using there = await world()
    const { host } = there
    const plugins: readonly ShelfPlugin[] = [
      ['acme/fonts@1.2.0'],
      ['acme/fonts@2.0.0'],
      ['acme/pdf@1.0.0', { plugins: { 'acme/fonts': '^1.0.0' } }],
      ['acme/pdf@1.1.0', { plugins: { 'acme/fonts': '>=1.0.0' } }],
      ['acme/poster@1.0.0', { plugins: { 'acme/fonts': '^2.0.0' } }],
    ]
    const repository = await there.shelf(plugins)
    await host.installFrom(repository, 'acme/pdf@1.0.0')
    await host.installFrom(repository, 'acme/poster')
    expect(there.installed()).toEqual(['acme/fonts@2.0.0', 'acme/pdf@1.1.0', 'acme/poster@1.0.0'])
    await expectWhole(there.home)
  })

  it('says who asked for what when plugins do not fit together, and what would help', async () => {
    await using there = await world()
    const { host } = there
    const repository = await there.shelf([
      ['acme/fonts@1.2.0'],
      ['acme/fonts@2.0.0'],
      ['acme/pdf@1.0.0', { plugins: { 'acme/fonts': '^1.0.0' } }],
      ['acme/poster@1.0.0', { plugins: { 'acme/fonts': '^1.0.0' } }],
      ['acme/poster@2.0.0', { plugins: { 'acme/fonts': '^2.0.0' } }],
    ])
    await host.installFrom(repository, 'acme/pdf')
    await assertRefusal(there, () => host.installFrom(repository, 'acme/poster@^2.0.0'), {
      code: 'MB_PLUGIN_CONFLICT',
      message:
        'Cannot choose versions for "acme/poster": acme/poster ^2.0.0 is asked for; acme/poster 2.0.0 needs acme/fonts ^2.0.0; acme/pdf 1.0.0 is installed; acme/pdf 1.0.0 needs acme/fonts ^1.0.0',
      hint: 'Ask for acme/poster@1.0.0, which fits',
    })
  })

  it('refuses a circle of plugins, and names it', async () => {
    await using there = await world()
    const repository = await there.shelf([
      ['acme/hen@1.0.0', { plugins: { 'acme/egg': '*' } }],
      ['acme/egg@1.0.0', { plugins: { 'acme/hen': '*' } }],
    ])
    await assertRefusal(there, () => there.host.installFrom(repository, 'acme/hen'), {
      code: 'MB_PLUGIN_CONFLICT',
      message: 'Cannot choose versions for "acme/hen": acme/egg → acme/hen → acme/egg is a cycle',
      hint: 'Tell the authors of these plugins: plugins may not need each other in a circle',
    })
  })

  it('refuses a package that needs other things than its repository told', async () => {
    await using there = await world()
    const hides = await there.shelf(chain, (offer) => ({ ...offer, plugins: {} }))
    await assertRefusal(there, () => there.host.installFrom(hides, 'acme/report'), {
      code: 'MB_PLUGIN_NOT_AS_PROMISED',
      message:
        'Cannot install "acme/report" 1.0.0: marketplace "town" told of other plugins than its signed manifest asks for',
    })
    const widens = await there.shelf(chain, (offer) => ({ ...offer, platforms: ['linux'] }))
    await assertRefusal(there, () => there.host.installFrom(widens, 'acme/fonts'), {
      details: { what: 'platforms', told: ['linux'], found: [] },
    })
  })

  it('reads the needs in the packages where a repository does not tell them', async () => {
    await using there = await world()
    const silent = await there.shelf(chain, (offer) => ({ ...offer, plugins: {}, isUntold: true }))
    await there.host.installFrom(silent, 'acme/report')
    expect(there.installed()).toEqual(['acme/fonts@1.2.0', 'acme/pdf@1.1.0', 'acme/report@1.0.0'])
    expect(silent.asked.filter((each) => each.startsWith('find'))).toHaveLength(3)
  })

  it('passes over what was taken back or made for another machine, and says so', async () => {
    await using there = await world()
    const plans: InstallPlan[] = []
    const repository = await there.shelf(
      [
        ['acme/pdf@1.0.0'],
        ['acme/pdf@1.1.0'],
        ['acme/pdf@1.2.0', { engines: { node: '>=99' } }],
        [
          'acme/report@1.0.0',
          { plugins: { 'acme/pdf': '*' }, optionalPlugins: { 'acme/spell': '*' } },
        ],
      ],
      (offer) => (offer.version === '1.1.0' ? { ...offer, yanked: 'it loses pages' } : offer),
    )
    await there.host.installFrom(repository, 'acme/report', { onPlan: (plan) => plans.push(plan) })
    expect(there.installed()).toEqual(['acme/pdf@1.0.0', 'acme/report@1.0.0'])
    expect(plans[0]?.passedOver).toEqual([
      {
        id: 'acme/pdf',
        version: '1.2.0',
        reason: `it needs Node >=99, and this is Node ${process.versions.node}`,
      },
    ])
    expect(plans[0]?.leftOut).toEqual([
      {
        id: 'acme/spell',
        range: '*',
        by: 'acme/report',
        reason: 'acme/spell * is asked for, which nobody has',
      },
    ])
    await assertRefusal(there, () => there.host.installFrom(repository, 'acme/pdf@1.1.0'), {
      message:
        'Cannot choose versions for "acme/pdf": acme/pdf 1.1.0 is asked for; 1.1.0 is passed over: it was taken back: it loses pages',
    })
  })

  it('refuses when what is needed went away while the person was thinking', async () => {
    const removes: (() => Promise<unknown>)[] = []
    await using there = await world(async () => {
      for (const remove of removes.splice(0)) await remove()
      return true
    })
    const { host } = there
    const repository = await there.shelf(chain)
    await host.installFrom(repository, 'acme/fonts@1.2.0')
    removes.push(async () => await host.uninstall('acme/fonts'))
    await expect(host.installFrom(repository, 'acme/report')).rejects.toMatchObject({
      code: 'MB_PLUGIN_NEEDED',
    })
    expect(there.installed()).toEqual([])
  })
})

describe('install()', () => {
  it('finds what a local plugin needs among what is installed and in the repository', async () => {
    await using there = await world()
    const source = await writePlugin(join(there.path, 'mine'), {
      manifest: { name: 'mine', plugins: { report: '^1.0.0' }, commands: [] },
    })
    await there.host.install(source, { repository: await there.shelf(chain) })
    expect(there.installed()).toEqual([
      'acme/fonts@1.2.0',
      'acme/pdf@1.1.0',
      'acme/report@1.0.0',
      'local/mine@1.0.0',
    ])
  })

  it('names what is missing and who needs it', async () => {
    await using there = await world()
    const source = await writePlugin(join(there.path, 'mine'), {
      manifest: { name: 'mine', plugins: { report: '^1.0.0' } },
    })
    await assertRefusal(there, () => there.host.install(source), {
      code: 'MB_PLUGIN_CONFLICT',
      message:
        'Cannot choose versions for "local/mine": local/mine 1.0.0 is asked for; local/mine 1.0.0 needs report ^1.0.0, which nobody has',
      hint: 'Install report first, or do without it by --no-deps',
    })
    await there.host.install(source, { dependencies: false })
    expect(there.installed()).toEqual(['local/mine@1.0.0'])
  })
})
