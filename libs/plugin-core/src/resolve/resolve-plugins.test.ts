import { describe, expect, it } from 'vitest'
import { machine, offerOf, offersOf, sourceOf, type SmallWorld } from '../fixtures/small-world.ts'
import type { Offer } from '../install/package-repository.ts'
import { resolvePlugins, type Resolution } from './resolve-plugins.ts'
import type { ResolveQuestion } from './resolve-question.ts'

function ask(
  offers: readonly Offer[],
  wanted: Readonly<Record<string, string | undefined>>,
  rest: Partial<ResolveQuestion> = {},
): Promise<Resolution> {
  return resolvePlugins({
    wanted: Object.entries(wanted).map(([id, range]) =>
      range === undefined ? { id } : { id, range },
    ),
    machine,
    source: sourceOf(offers),
    ...rest,
  })
}

function chosen({ plugins }: Resolution): readonly string[] {
  return plugins.map(({ id, version }) => `${id}@${version}`)
}

const town: SmallWorld = {
  report: { '1.0.0': { pdf: '^1.0.0' }, '2.0.0': { pdf: '^2.0.0' } },
  pdf: { '1.0.0': { fonts: '*' }, '1.1.0': { fonts: '*' }, '2.0.0': { fonts: '^9.0.0' } },
  fonts: { '1.0.0': {}, '1.1.0': {} },
}

describe('resolvePlugins()', () => {
  it('takes the newest that leaves an answer, and puts what is needed first', async () => {
    expect(chosen(await ask(offersOf(town), { 'acme/report': undefined }))).toEqual([
      'acme/fonts@1.1.0',
      'acme/pdf@1.1.0',
      'acme/report@1.0.0',
    ])
  })

  it('prefers what is installed, and makes what is to be updated the newest', async () => {
    const installed = [offerOf('acme/fonts@1.0.0')]
    const wanted = { 'acme/pdf': '^1.0.0' }
    expect(chosen(await ask(offersOf(town), wanted, { installed }))).toContain('acme/fonts@1.0.0')
    const update = ['acme/fonts']
    expect(chosen(await ask(offersOf(town), wanted, { installed, update }))).toContain(
      'acme/fonts@1.1.0',
    )
  })

  it('asks nobody about installed plugins that are in nobody’s way', async () => {
    const source = sourceOf(offersOf(town))
    const installed = Array.from({ length: 1000 }, (_, at) => offerOf(`acme/other-${at}@1.0.0`))
    await ask([], { 'acme/fonts': undefined }, { installed, source })
    expect(source.asked).toEqual(['acme/fonts'])
  })

  it('lets others be when one that is installed lacks something already', async () => {
    const installed = [offerOf('acme/broken@1.0.0', { plugins: { 'acme/gone': '^1.0.0' } })]
    expect(chosen(await ask(offersOf(town), { 'acme/fonts': undefined }, { installed }))).toContain(
      'acme/fonts@1.1.0',
    )
  })

  it.each([
    ['a release before what comes before the next', undefined, '1.0.0'],
    ['what comes before a release when the range names one of it', '^2.0.0-beta.1', '2.0.0-beta.2'],
    ['no such one for a range that names none', '>=1.0.0', '1.0.0'],
    ['the very version', '2.0.0-beta.1', '2.0.0-beta.1'],
  ])('takes %s', async (_, range, version) => {
    const offers = ['1.0.0', '2.0.0-beta.1', '2.0.0-beta.2'].map((each) =>
      offerOf(`acme/pdf@${each}`),
    )
    expect(chosen(await ask(offers, { 'acme/pdf': range }))).toEqual([`acme/pdf@${version}`])
  })

  it('takes the very build that is named, else the last one', async () => {
    const offers = ['1.0.0', '1.0.0+a', '1.0.0+b'].map((each) => offerOf(`acme/pdf@${each}`))
    expect(chosen(await ask(offers, { 'acme/pdf': '1.0.0+a' }))).toEqual(['acme/pdf@1.0.0+a'])
    expect(chosen(await ask(offers, { 'acme/pdf': '^1.0.0' }))).toEqual(['acme/pdf@1.0.0+b'])
  })

  it('takes what comes before a release where there is nothing else, when no range was given', async () => {
    const offers = [offerOf('acme/pdf@1.0.0-rc.1')]
    expect(chosen(await ask(offers, { 'acme/pdf': undefined }))).toEqual(['acme/pdf@1.0.0-rc.1'])
    await expect(ask(offers, { 'acme/pdf': '*' })).rejects.toMatchObject({
      code: 'MB_PLUGIN_CONFLICT',
    })
  })

  it('keeps what is installed or locked, though it was taken back', async () => {
    const offers = [
      offerOf('acme/pdf@1.0.0'),
      offerOf('acme/pdf@1.1.0', { yanked: 'it loses pages' }),
    ]
    expect(chosen(await ask(offers, { 'acme/pdf': '*' }))).toEqual(['acme/pdf@1.0.0'])
    const locked = new Map([['acme/pdf', '1.1.0']])
    expect(chosen(await ask(offers, { 'acme/pdf': '*' }, { locked }))).toEqual(['acme/pdf@1.1.0'])
  })

  it('passes over what is made for another machine, unless one of its packages is for this one', async () => {
    const apart = { platforms: ['darwin'], keyId: 'cd'.repeat(32), digest: 'cd'.repeat(32) }
    const offers = [
      offerOf('acme/pdf@1.0.0'),
      offerOf('acme/pdf@1.1.0', {
        ...apart,
        artefacts: [apart, { ...apart, platforms: ['linux-x64'] }],
      }),
      offerOf('acme/pdf@1.2.0', apart),
      offerOf('acme/pdf@1.3.0', { engines: { node: '^25.0.0' } }),
    ]
    const resolution = await ask(offers, { 'acme/pdf': undefined })
    expect(chosen(resolution)).toEqual(['acme/pdf@1.1.0'])
    expect(resolution.plugins[0]?.passedOver).toEqual([
      { version: '1.3.0', reason: 'it needs Node ^25.0.0, and this is Node 24.0.0' },
      { version: '1.2.0', reason: 'it is made for darwin, and this machine is linux-x64' },
    ])
  })

  it('takes optional plugins along, gives nobody another version for them, and says what is left out', async () => {
    const offers = [
      offerOf('acme/pdf@1.0.0', {
        plugins: { 'acme/fonts': '^1.0.0' },
        optionalPlugins: { 'acme/spell': '*', 'acme/fancy': '*', 'acme/back': '*' },
      }),
      offerOf('acme/fonts@1.1.0'),
      offerOf('acme/spell@1.0.0', { plugins: { 'acme/fonts': '*' } }),
      offerOf('acme/fancy@1.0.0', { plugins: { 'acme/fonts': '^2.0.0' } }),
      offerOf('acme/back@1.0.0', { plugins: { 'acme/pdf': '*' } }),
    ]
    const resolution = await ask(offers, { 'acme/pdf': undefined })
    expect(chosen(resolution)).toEqual(['acme/fonts@1.1.0', 'acme/spell@1.0.0', 'acme/pdf@1.0.0'])
    expect(resolution.leftOut.map(({ id, reason }) => [id, reason])).toEqual([
      ['acme/back', expect.stringContaining('a cycle')],
      [
        'acme/fancy',
        'acme/fancy * is asked for; acme/fancy 1.0.0 needs acme/fonts ^2.0.0, and there is only 1.1.0',
      ],
    ])
    expect(chosen(await ask(offers, { 'acme/pdf': undefined }, { optional: false }))).toEqual([
      'acme/fonts@1.1.0',
      'acme/pdf@1.0.0',
    ])
  })

  it('prefers a version without a cycle, and names the cycle when there is none', async () => {
    const hen: SmallWorld = {
      hen: { '1.0.0': {}, '2.0.0': { egg: '*' } },
      egg: { '1.0.0': { hen: '*' } },
    }
    expect(chosen(await ask(offersOf(hen), { 'acme/egg': undefined }))).toEqual([
      'acme/hen@1.0.0',
      'acme/egg@1.0.0',
    ])
    await expect(
      ask(offersOf(hen), { 'acme/egg': '*', 'acme/hen': '^2.0.0' }),
    ).rejects.toMatchObject({
      message:
        'Cannot choose versions for "acme/egg", "acme/hen": acme/egg → acme/hen → acme/egg is a cycle',
    })
    await expect(
      ask(offersOf({ self: { '1.0.0': { self: '*' } } }), { 'acme/self': '*' }),
    ).rejects.toMatchObject({
      message: expect.stringContaining('acme/self → acme/self is a cycle'),
    })
  })
})

describe('resolvePlugins() against whoever tells it of versions', () => {
  it('is no victim of names that every object has', async () => {
    const plugins: Record<string, string> = { constructor: '*' }
    Object.defineProperty(plugins, '__proto__', { value: '*', enumerable: true })
    await expect(
      ask([offerOf('acme/pdf@1.0.0', { plugins })], { 'acme/pdf': '*' }),
    ).rejects.toMatchObject({
      code: 'MB_PLUGIN_CONFLICT',
      message: expect.stringContaining('which nobody has'),
    })
  })

  it('takes a range that is none, and one that is far too long, for one that nothing fits', async () => {
    for (const range of [
      'not a range',
      `>=1.0.0${' '.repeat(100_000)}`,
      '1.0.0 || '.repeat(10_000),
    ])
      await expect(
        ask(
          [
            offerOf('acme/pdf@1.0.0', { plugins: { 'acme/fonts': range } }),
            offerOf('acme/fonts@1.0.0'),
          ],
          {
            'acme/pdf': '*',
          },
        ),
      ).rejects.toMatchObject({ code: 'MB_PLUGIN_CONFLICT' })
  })

  it('leaves out what is no version, and offers of other plugins than it asked for', async () => {
    const source = {
      ...sourceOf([]),
      offers: async () => [
        offerOf('acme/pdf@one'),
        offerOf('acme/pdf@99999999999999999999.0.0'),
        offerOf('evil/pdf@9.0.0'),
        offerOf('acme/pdf@1.0.0'),
      ],
    }
    expect(chosen(await ask([], { 'acme/pdf': undefined }, { source }))).toEqual(['acme/pdf@1.0.0'])
  })

  it('says in one line what strangers wrote', async () => {
    const offers = [
      offerOf('acme/pdf@1.0.0', { yanked: 'gone\n\u001b[2Jerror: all is well\u202e' }),
    ]
    await expect(ask(offers, { 'acme/pdf': '*' })).rejects.toMatchObject({
      message:
        'Cannot choose versions for "acme/pdf": acme/pdf * is asked for; 1.0.0 is passed over: it was taken back: gone [2Jerror: all is well',
    })
  })

  it('resolves a circle of a hundred plugins with a hundred versions each at once', async () => {
    const versions = Array.from({ length: 100 }, (_, at) => `1.${at}.0`)
    const offers = Array.from({ length: 100 }, (_, at) =>
      versions.map((version) =>
        offerOf(`acme/p${at}@${version}`, { plugins: { [`acme/p${(at + 1) % 100}`]: '*' } }),
      ),
    ).flat()
    await expect(ask(offers, { 'acme/p0': '*' })).rejects.toMatchObject({
      message: expect.stringContaining('is a cycle'),
    })
  })

  it('ends when plugins need new plugins for ever', async () => {
    let told = 0
    const source = {
      ...sourceOf([]),
      offers: async (id: string) => {
        told += 1
        return [offerOf(`${id}@1.0.0`, { plugins: { [`acme/next-${told}`]: '*' } })]
      },
    }
    await expect(ask([], { 'acme/first': '*' }, { source })).rejects.toMatchObject({
      code: 'MB_PLUGIN_RESOLVE_LIMIT',
    })
  })

  it('can be stopped while it thinks', async () => {
    const controller = new AbortController()
    let told = 0
    const source = {
      ...sourceOf([]),
      offers: async (id: string) => {
        told += 1
        if (told === 500) controller.abort(new Error('enough'))
        return [offerOf(`${id}@1.0.0`, { plugins: { [`acme/next-${told}`]: '*' } })]
      },
    }
    await expect(
      ask([], { 'acme/first': '*' }, { source, signal: controller.signal }),
    ).rejects.toThrow('enough')
  })
})
