import fc from 'fast-check'
import semver from 'semver'
import { describe, expect, it } from 'vitest'
import { updatePolicies } from '../configuration/plugin-settings.ts'
import { planUpdate, type UpdateQuestion } from './plan-update.ts'
import type { UpdateOffer } from './update-offer.ts'

const now = Date.UTC(2026, 0, 10)
const day = 86_400
const runs = process.env['MB_TEST_SIZE'] === 'full' ? 20_000 : 1000

const key = 'a'.repeat(64)
const otherKey = 'b'.repeat(64)

function offer(version: string, more: Partial<UpdateOffer> = {}): UpdateOffer {
  return { version, publishedAt: '2026-01-01T00:00:00.000Z', keyId: key, ...more }
}

function ask(
  offers: readonly UpdateOffer[],
  more: Partial<UpdateQuestion<UpdateOffer>> = {},
): ReturnType<typeof planUpdate> {
  return planUpdate({
    present: '1.2.3',
    pinnedKey: key,
    offers,
    policy: 'minor',
    cooldownSeconds: day,
    now,
    ...more,
  })
}

describe('planUpdate()', () => {
  it('takes the newest version of any order', () => {
    const offers = [offer('1.2.4'), offer('1.10.0'), offer('1.3.0'), offer('1.2.3')]
    expect(ask(offers)).toEqual({ next: offer('1.10.0'), held: [] })
  })

  it('has nothing to say where nothing is newer', () => {
    expect(ask([offer('1.2.3'), offer('1.0.0')])).toEqual({ held: [] })
    expect(ask([])).toEqual({ held: [] })
  })

  it.each([
    ['pinned', undefined],
    ['none', undefined],
    ['patch', '1.2.4'],
    ['minor', '1.3.0'],
    ['latest', '2.0.0'],
  ] as const)('policy %s leads to %s', (policy, version) => {
    const offers = [offer('1.2.4'), offer('1.3.0'), offer('2.0.0')]
    expect(ask(offers, { policy }).next?.version).toBe(version)
  })

  it('takes a minor version of 0 for one that may break', () => {
    const offers = [offer('0.2.1'), offer('0.3.0')]
    expect(ask(offers, { present: '0.2.0' })).toEqual({
      next: offer('0.2.1'),
      held: [
        {
          version: '0.3.0',
          kind: 'policy',
          reason: 'it may break what works with 0.2.0, and the policy is "minor"',
        },
      ],
    })
  })

  it.each<[string, UpdateOffer, Partial<UpdateQuestion<UpdateOffer>>, string, string]>([
    [
      'another signer',
      offer('1.3.0', { keyId: otherKey }),
      {},
      'signer',
      'it is signed with key bbbbbbbbbbbbbbbb, and the versions before it were signed with aaaaaaaaaaaaaaaa',
    ],
    [
      'no signer after a signed one',
      { version: '1.3.0', publishedAt: '2026-01-01' },
      {},
      'unsigned',
      'nobody signed it, and the versions before it were signed with key aaaaaaaaaaaaaaaa',
    ],
    [
      'one that was taken back',
      offer('1.3.0', { yanked: 'it \u001b[2Jdeletes files' }),
      {},
      'yanked',
      'it was taken back: it [2Jdeletes files',
    ],
    [
      'one that this machine cannot run',
      offer('1.3.0'),
      { whyUnfit: () => 'it needs node >=99' },
      'unfit',
      'it needs node >=99',
    ],
    [
      'one that is too new',
      offer('1.3.0', { publishedAt: '2026-01-09T12:00:00.000Z' }),
      {},
      'cooldown',
      'it is too new: it waits until 2026-01-10T12:00:00.000Z',
    ],
    [
      'one of the future',
      offer('1.3.0', { publishedAt: '2999-01-01T00:00:00.000Z' }),
      {},
      'cooldown',
      'it is too new: it waits until 2999-01-02T00:00:00.000Z',
    ],
    [
      'one that hides when it was published',
      { version: '1.3.0', keyId: key },
      {},
      'cooldown',
      'it is not known when it was published',
    ],
    [
      'one that says nonsense of when',
      offer('1.3.0', { publishedAt: 'long ago' }),
      {},
      'cooldown',
      'it is not known when it was published',
    ],
    ['a prerelease', offer('1.3.0-beta.1'), {}, 'prerelease', 'it is a prerelease'],
    [
      'an older one that was named',
      offer('1.0.0'),
      { wanted: '1.0.0' },
      'older',
      'it is older than 1.2.3, which is installed: mended faults would come back',
    ],
  ])('holds back %s, and says why', (_, given, more, kind, reason) => {
    expect(ask([given], more)).toEqual({ held: [{ version: given.version, kind, reason }] })
  })

  it('passes over what is held, and takes what is below it', () => {
    const offers = [offer('1.3.0'), offer('1.4.0', { keyId: otherKey })]
    expect(ask(offers)).toMatchObject({ next: { version: '1.3.0' }, held: [{ version: '1.4.0' }] })
  })

  it('follows the prereleases of a prerelease to its release, and no others', () => {
    const offers = [offer('1.3.0-beta.2'), offer('1.4.0-beta.1')]
    const question = { present: '1.3.0-beta.1' }
    expect(ask(offers, question).next?.version).toBe('1.3.0-beta.2')
    expect(ask([...offers, offer('1.3.0')], question).next?.version).toBe('1.3.0')
  })

  it('lets the person’s own word stand above policy and cooldown, and not above the signer', () => {
    const young = offer('2.0.0-rc.1', { publishedAt: '2026-01-09T23:00:00.000Z' })
    const wanted = '2.0.0-rc.1'
    expect(ask([young], { wanted }).next).toEqual(young)
    expect(ask([{ ...young, keyId: otherKey }], { wanted }).held).toMatchObject([
      { kind: 'signer' },
    ])
    expect(ask([{ ...young, yanked: 'no' }], { wanted }).held).toMatchObject([{ kind: 'yanked' }])
  })

  it('reads no version from what is none', () => {
    const offers = ['v1.3.0', '1.3', '', '__proto__', ' 1.3.0', `1.3.0-${'9'.repeat(300)}`]
    expect(ask(offers.map((version) => offer(version)))).toEqual({ held: [] })
  })
})

const number = fc.nat({ max: 3 })
const version = fc
  .tuple(number, number, number, fc.option(number, { nil: undefined, freq: 3 }))
  .map(([a, b, c, pre]) => `${a}.${b}.${c}${pre === undefined ? '' : `-beta.${pre}`}`)
const anyOffer: fc.Arbitrary<UpdateOffer> = fc.record(
  {
    version,
    publishedAt: fc.oneof(
      fc.nat({ max: 5 * day }).map((ago) => new Date(now - ago * 1000).toISOString()),
      fc.string(),
    ),
    yanked: fc.string(),
    keyId: fc.constantFrom(key, otherKey),
  },
  { requiredKeys: ['version'] },
)
const anyQuestion: fc.Arbitrary<UpdateQuestion<UpdateOffer>> = fc.record({
  present: version,
  pinnedKey: fc.constantFrom(undefined, key),
  offers: fc.array(anyOffer, { maxLength: 12 }),
  policy: fc.constantFrom(...updatePolicies),
  cooldownSeconds: fc.constantFrom(0, day, 3 * day),
  now: fc.constant(now),
  wanted: fc.option(version, { nil: undefined, freq: 3 }),
})

/** What of the promises a choice breaks. */
function breaches(question: UpdateQuestion<UpdateOffer>, next: UpdateOffer): readonly string[] {
  const { present, policy, wanted, pinnedKey, cooldownSeconds } = question
  const isNamed = wanted === next.version
  const isSameMajor = semver.major(next.version) === semver.major(present)
  const isSameMinor = isSameMajor && semver.minor(next.version) === semver.minor(present)
  const age = now - Date.parse(next.publishedAt ?? '')
  const broken: Readonly<Record<string, boolean>> = {
    goesBack: !semver.gt(next.version, present),
    wasTakenBack: next.yanked !== undefined,
    isByAnother: pinnedKey !== undefined && next.keyId !== pinnedKey,
    isNotTheNamed: wanted !== undefined && !isNamed,
    leavesThePolicy:
      !isNamed &&
      !{ none: false, pinned: false, patch: isSameMinor, minor: isSameMajor, latest: true }[policy],
    isTooNew: !isNamed && cooldownSeconds > 0 && !(age >= cooldownSeconds * 1000),
  }
  return Object.keys(broken).filter((name) => broken[name])
}

describe('planUpdate(), any question', () => {
  it('never goes back, never leaves the policy, never takes what is too new or by another', () => {
    fc.assert(
      fc.property(anyQuestion, (question) => {
        const { next } = planUpdate(question)
        expect(next === undefined ? [] : breaches(question, next)).toEqual([])
      }),
      { numRuns: runs },
    )
  })

  it('control: versions that it passes over break a promise', () => {
    const young = { ...offer('1.3.0'), publishedAt: '2026-01-09T12:00:00.000Z' }
    const question = { present: '1.2.3', pinnedKey: key, offers: [], policy: 'patch', now } as const
    const asked = { ...question, cooldownSeconds: day }
    expect(breaches(asked, young)).toEqual(['leavesThePolicy', 'isTooNew'])
    expect(breaches(asked, offer('1.2.0', { keyId: otherKey, yanked: '' }))).toEqual([
      'goesBack',
      'wasTakenBack',
      'isByAnother',
    ])
  })

  it('names each newer version once, as what it becomes or as held, down to what it becomes', () => {
    fc.assert(
      fc.property(anyQuestion, (question) => {
        const { next, held } = planUpdate({ ...question, wanted: undefined })
        const newer = question.offers
          .map((each) => each.version)
          .filter((each) => semver.gt(each, question.present))
          .toSorted(semver.rcompare)
        const told = [...held.map((each) => each.version), ...(next ? [next.version] : [])]
        expect(told).toEqual(next === undefined ? newer : newer.slice(0, told.length))
      }),
      { numRuns: runs },
    )
  })
})
