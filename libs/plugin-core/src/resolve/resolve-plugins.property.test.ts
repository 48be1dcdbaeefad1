import fc from 'fast-check'
import semver from 'semver'
import { describe, expect, it } from 'vitest'
import { machine, offerOf, sourceOf } from '../fixtures/small-world.ts'
import type { Offer } from '../install/package-repository.ts'
import { PluginError } from '../plugin-error.ts'
import { everyChoice, isGood, type Choice } from './brute-force.fixture.ts'
import type { Fact } from './incompatibility.ts'
import { resolvePlugins, type Resolution } from './resolve-plugins.ts'
import type { Requirement } from './world.ts'

const numRuns = process.env['MB_TEST_SIZE'] === 'full' ? 18_000 : 1500

const ids = ['acme/a', 'acme/b', 'acme/c', 'acme/d', 'acme/e']
const numbers = ['1.0.0', '1.1.0', '2.0.0']
const range = fc.constantFrom(
  '*',
  '^1.0.0',
  '~1.0.0',
  '>=1.1.0',
  '^2.0.0',
  '1.0.0',
  '<1',
  '>1.0.0 <2',
)
const needs = fc.dictionary(fc.constantFrom(...ids, 'acme/nobody'), range, { maxKeys: 2 })
const offers = fc
  .array(
    fc.record({
      id: fc.constantFrom(...ids),
      version: fc.constantFrom(...numbers),
      plugins: needs,
    }),
    { minLength: 1, maxLength: 11 },
  )
  .map((all): readonly Offer[] => {
    const known = new Map(
      all.map(({ id, version, plugins }) => [
        `${id}@${version}`,
        offerOf(`${id}@${version}`, { plugins }),
      ]),
    )
    return [...known.values()]
  })
const wanted = fc.uniqueArray(fc.record({ id: fc.constantFrom(...ids), range }), {
  minLength: 1,
  maxLength: 3,
  selector: ({ id }) => id,
})

describe('resolvePlugins()', () => {
  it('finds an answer exactly when there is one, and gives what was asked for the best versions', async () => {
    await fc.assert(
      fc.asyncProperty(offers, wanted, async (world, asked) => {
        const good = [...everyChoice(world)].filter((choice) => isGood(choice, asked))
        const outcome = await outcomeOf(world, asked)
        expect(outcome instanceof PluginError).toBe(good.length === 0)
        if (outcome instanceof PluginError) return
        const chosen = new Map(outcome.plugins.map(({ id, offer }) => [id, offer]))
        expect(isGood(chosen, asked)).toBe(true)
        expect(versionsOf(chosen, asked)).toEqual(best(good, asked))
        expect(isInOrder(outcome)).toBe(true)
      }),
      { numRuns },
    )
  })

  it('gives the same answer to the same question, in whatever order the world is told', async () => {
    await fc.assert(
      fc.asyncProperty(offers, wanted, fc.infiniteStream(fc.nat()), async (world, asked, keys) => {
        const shuffled = world
          .map((offer) => ({ offer, key: keys.next().value ?? 0 }))
          .toSorted((a, b) => a.key - b.key)
          .map(({ offer }) => offer)
        const [one, other] = [
          await outcomeOf(world, asked),
          await outcomeOf(shuffled, asked.toReversed()),
        ]
        expect(other instanceof PluginError ? other.details : other).toEqual(
          one instanceof PluginError ? one.details : one,
        )
      }),
      { numRuns: numRuns / 3 },
    )
  })

  it('explains a conflict by facts that are true, and that suffice', async () => {
    let conflicts = 0
    await fc.assert(
      fc.asyncProperty(offers, wanted, async (world, asked) => {
        const outcome = await outcomeOf(world, asked)
        if (!(outcome instanceof PluginError)) return
        conflicts += 1
        const facts: unknown = outcome.details?.['facts']
        if (!Array.isArray(facts)) throw new TypeError('Cannot read the facts')
        const known: readonly Fact[] = facts
        for (const fact of known)
          expect({ fact, isTrue: isTrue(fact, world, asked) }).toEqual({ fact, isTrue: true })
        const escapes = [...everyChoice(world)].filter((choice) =>
          known.every((fact) => holds(fact, choice)),
        )
        expect(escapes).toEqual([])
      }),
      { numRuns },
    )
    expect(conflicts).toBeGreaterThan(50)
  })
})

async function outcomeOf(
  world: readonly Offer[],
  asked: readonly Requirement[],
): Promise<Resolution | PluginError> {
  try {
    return await resolvePlugins({ wanted: asked, machine, source: sourceOf(world) })
  } catch (error) {
    if (error instanceof PluginError && error.code === 'MB_PLUGIN_CONFLICT') return error
    throw error
  }
}

/** The versions of what was asked for, by name. */
function versionsOf(chosen: Choice, asked: readonly Requirement[]): readonly string[] {
  return asked
    .map(({ id }) => id)
    .toSorted()
    .map((id) => chosen.get(id)?.version ?? 'none')
}

/** Those of the good choice that is best for the first name, then for the second, and so on. */
function best(good: readonly Choice[], asked: readonly Requirement[]): readonly string[] {
  const [first = []] = good
    .map((choice) => versionsOf(choice, asked))
    .toSorted(
      (a, b) =>
        a.map((each, at) => semver.rcompare(each, b[at] ?? each)).find((order) => order !== 0) ?? 0,
    )
  return first
}

function isInOrder({ plugins }: Resolution): boolean {
  const places = new Map(plugins.map(({ id }, place) => [id, place]))
  return plugins.every(({ needs: all }, place) =>
    all.every(({ id }) => (places.get(id) ?? Number.POSITIVE_INFINITY) < place),
  )
}

function isTrue(fact: Fact, world: readonly Offer[], asked: readonly Requirement[]): boolean {
  if (fact.kind === 'asked')
    return asked.some(({ id, range: each }) => id === fact.id && each === fact.range)
  if (fact.kind === 'needs') {
    const named = world.filter(
      ({ id, version }) => id === fact.id && fact.versions.includes(version),
    )
    return named.length > 0 && named.every(({ plugins }) => plugins[fact.needs] === fact.range)
  }
  if (fact.kind !== 'cycle') return false
  return fact.path.every((id, at) =>
    world.some(
      (offer) =>
        offer.id === id && Object.hasOwn(offer.plugins, fact.path[at + 1] ?? fact.path[0] ?? ''),
    ),
  )
}

/** Whether a choice is in keeping with one fact. */
function holds(fact: Fact, chosen: Choice): boolean {
  const has = (id: string, wants = '*'): boolean =>
    semver.satisfies(chosen.get(id)?.version ?? '', wants)
  if (fact.kind === 'asked') return has(fact.id, fact.range)
  if (fact.kind === 'needs') {
    const { version = '' } = chosen.get(fact.id) ?? {}
    return !fact.versions.includes(version) || has(fact.needs, fact.range)
  }
  if (fact.kind !== 'cycle') return true
  return !fact.path.every((id, at) =>
    Object.hasOwn(chosen.get(id)?.plugins ?? {}, fact.path[at + 1] ?? fact.path[0] ?? ''),
  )
}
