import fc from 'fast-check'
import semver from 'semver'
import { describe, expect, it } from 'vitest'
import { choosePlugins, type UnsettledPlugin } from './choose-plugins.ts'

const facts = {
  description: '',
  author: '',
  type: 'command',
  capabilities: [],
  keywords: [],
  categories: [],
  platforms: [],
  plugins: {},
  optionalPlugins: {},
  form: 'folder',
  problems: [],
} as const

const found: fc.Arbitrary<UnsettledPlugin> = fc
  .record({
    name: fc.constantFrom('a', 'b'),
    version: fc.constantFrom('1.0.0', '1.2.0', '1.10.0', '2.0.0-rc.1', '2.0.0-rc.2', '1.2.0-beta'),
    place: fc.constantFrom('project', 'search-path', 'system', 'node-modules', 'remote'),
    path: fc.stringMatching(/^\/[a-z]{1,4}$/),
  })
  .map((each) => ({ ...facts, ...each, id: `local/${each.name}` }))
const installed = { ...facts, place: 'installed', path: '/home', id: 'local/a', name: 'a' } as const
const plugins = fc.tuple(
  fc.array(found, { maxLength: 8 }),
  fc.option(fc.constant({ ...installed, version: '1.1.0' }), { nil: undefined }),
)

describe('choosePlugins()', () => {
  it('chooses one of each id: what is installed, else the newest release, and loses none', () => {
    fc.assert(
      fc.property(plugins, ([others, here]) => {
        const all = here === undefined ? others : [...others, here]
        const settled = choosePlugins(all, semver.compare)
        expect(settled.map(({ status: _status, why: _why, ...rest }) => rest)).toEqual(
          expect.arrayContaining(all),
        )
        expect(settled).toHaveLength(all.length)
        for (const id of new Set(all.map((each) => each.id))) {
          const group = all.filter((each) => each.id === id)
          const chosen = settled.filter((each) => each.id === id && each.status === 'chosen')
          const releases = group.filter(({ version }) => semver.prerelease(version) === null)
          const candidates = releases.length > 0 ? releases : group
          const newest = candidates.map(({ version }) => version).toSorted(semver.rcompare)[0]
          const best = group.find(({ place }) => place === 'installed')?.version ?? newest
          expect(chosen.map(({ version }) => version)).toEqual([best])
        }
      }),
    )
  })

  it('says the same in whichever order things were found', () => {
    fc.assert(
      fc.property(plugins, fc.infiniteStream(fc.nat()), ([others, here], order) => {
        const all = here === undefined ? others : [...others, here]
        // What lies at one path is one thing.
        const once = [...new Map(all.map((each) => [`${each.place}${each.path}`, each])).values()]
        const shuffled = once
          .map((each) => ({ each, key: order.next().value ?? 0 }))
          .toSorted((a, b) => a.key - b.key)
          .map(({ each }) => each)
        expect(choosePlugins(shuffled, semver.compare)).toEqual(choosePlugins(once, semver.compare))
      }),
    )
  })

  it('lets nothing take the place of what is installed, however new it is', () => {
    const newer = {
      ...facts,
      place: 'project',
      path: '/p',
      id: 'local/a',
      name: 'a',
      version: '99.0.0',
    } as const
    expect(
      choosePlugins([newer, { ...installed, version: '1.0.0' }], semver.compare).map(
        ({ version, status, why }) => ({ version, status, why }),
      ),
    ).toEqual([
      { version: '1.0.0', status: 'chosen', why: 'installed' },
      {
        version: '99.0.0',
        status: 'shadowed',
        why: 'newer than the installed 1.0.0, which stays until you install another',
      },
    ])
  })
})
