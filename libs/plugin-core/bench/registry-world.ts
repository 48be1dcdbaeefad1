import type { Offer } from '../src/install/package-repository.ts'
import type { OfferSource } from '../src/resolve/index.ts'

/** A registry of a bench. */
export interface RegistryWorld {
  readonly source: OfferSource
  readonly versions: number
  readonly idAt: (place: number) => string
}

const nothing = {
  optionalPlugins: {},
  engines: {},
  platforms: [],
  digest: 'ab'.repeat(32),
  keyId: 'cd'.repeat(32),
}

/**
 * A registry in which each plugin needs a few that came before it, as real ones do: popular ones often, mostly by
 * caret ranges of what was new at that time. The same seed gives the same registry.
 */
export function registryWorld({
  plugins,
  versionsOfEach,
  seed,
}: {
  readonly plugins: number
  readonly versionsOfEach: number
  readonly seed: number
}): RegistryWorld {
  const random = randomFrom(seed)
  const offers = new Map<string, readonly Offer[]>()
  for (let place = 0; place < plugins; place += 1) {
    const own: Offer[] = []
    const targets = place === 0 ? [] : pick(random, place)
    for (let number = 0; number < versionsOfEach; number += 1) {
      const version = versionAt(number)
      const needs = targets.map((target): readonly [string, string] => [
        idAt(target),
        rangeFor(number, versionsOfEach, random),
      ])
      own.push({ ...nothing, id: idAt(place), version, plugins: Object.fromEntries(needs) })
    }
    offers.set(idAt(place), own)
  }
  return {
    idAt,
    versions: plugins * versionsOfEach,
    source: {
      offers: async (id) => offers.get(id) ?? [],
      idOf: async (name) => `acme/${name}`,
    },
  }
}

function idAt(place: number): string {
  return `acme/plugin-${String(place).padStart(5, '0')}`
}

/** Five minor versions of each major one. */
function versionAt(number: number): string {
  return `${1 + Math.floor(number / 5)}.${number % 5}.0`
}

/** Mostly what was new when the version was made, or one before; seldom anything. */
function rangeFor(number: number, versionsOfEach: number, random: () => number): string {
  const behind = Math.floor(random() * random() * 6)
  const wanted = Math.max(0, Math.min(versionsOfEach - 1, number - behind))
  const kind = random()
  if (kind < 0.7) return `^${versionAt(wanted)}`
  return kind < 0.9 ? `>=${versionAt(Math.max(0, wanted - 4))}` : '*'
}

/** Up to four plugins that came before; the first ones are the popular ones. */
function pick(random: () => number, before: number): readonly number[] {
  const count = Math.floor(random() * 5)
  const targets = Array.from({ length: count }, () => Math.floor(random() ** 2 * before))
  return [...new Set(targets)]
}

/** Mulberry32, a small generator with a seed. */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
