import type { Offer } from '../install/package-repository.ts'
import type { Machine } from '../machine/why-unfit.ts'
import { PluginError } from '../plugin-error.ts'
import { Candidates } from './candidates.ts'
import { Gate } from './gate.ts'
import { RangeReader } from './range-reader.ts'
import { whyPassedOver } from './why-passed-over.ts'
import type { OfferSource } from './world.ts'

/** A plugin that a version needs. */
export interface Need {
  /** As its manifest writes it: an id or a bare name. */
  readonly written: string
  readonly id: string
  readonly range: string
}

const mostAtOnce = 8
// A marketplace of a stranger could tell of new plugins for ever.
const mostPlugins = 20_000

/** What can be had, asked for once and kept. */
export class CandidateStore {
  readonly #source: OfferSource
  readonly #machine: Machine
  readonly #preferred: (id: string) => string | undefined
  readonly #ranges = new RangeReader()
  readonly #gate = new Gate(mostAtOnce)
  readonly #asked = new Map<string, Promise<Candidates>>()
  readonly #known = new Map<string, Candidates>()
  readonly #ids = new Map<string, Promise<string>>()

  /** @param preferred - the version of a plugin that is installed or locked */
  constructor(
    source: OfferSource,
    machine: Machine,
    preferred: (id: string) => string | undefined,
  ) {
    this.#source = source
    this.#machine = machine
    this.#preferred = preferred
  }

  /** Brings a plugin's versions; those that are there need no waiting. */
  async load(id: string): Promise<Candidates> {
    const known = this.#known.get(id)
    if (known !== undefined) return known
    const asked = this.#asked.get(id) ?? this.#ask(id)
    this.#asked.set(id, asked)
    return await asked
  }

  /** A plugin that was loaded. */
  get(id: string): Candidates {
    const known = this.#known.get(id)
    if (known === undefined)
      throw new TypeError(`Cannot tell the versions of "${id}": nobody asked`)
    return known
  }

  /** What a version needs, in the order of the names. */
  async needsOf(offer: Offer): Promise<readonly Need[]> {
    return await this.#needs(offer, offer.plugins)
  }

  /** What a version can make use of, in the order of the names. */
  async optionalNeedsOf(offer: Offer): Promise<readonly Need[]> {
    return await this.#needs(offer, offer.optionalPlugins)
  }

  async #needs({ id }: Offer, plugins: Readonly<Record<string, string>>): Promise<readonly Need[]> {
    const needs = await Promise.all(
      Object.entries(plugins).map(async ([written, range]) => ({
        written,
        range,
        id: written.includes('/') ? written : await this.#idOf(written, id),
      })),
    )
    return needs.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  }

  /** A name that nobody knows stands for itself: there are no versions of it. */
  async #idOf(name: string, asker: string): Promise<string> {
    const key = `${asker} ${name}`
    const found =
      this.#ids.get(key) ??
      this.#gate.through(async () => (await this.#source.idOf(name, asker)) ?? name)
    this.#ids.set(key, found)
    return await found
  }

  async #ask(id: string): Promise<Candidates> {
    if (this.#asked.size >= mostPlugins)
      throw new PluginError(
        'MB_PLUGIN_RESOLVE_LIMIT',
        `Cannot choose versions: more than ${mostPlugins} plugins are needed`,
        { hint: 'Install fewer plugins at once, or ask for exact versions' },
      )
    const offers = id.includes('/')
      ? await this.#gate.through(async () => await this.#source.offers(id))
      : []
    const candidates = new Candidates(
      id,
      offers.filter((offer) => offer.id === id),
      {
        preferred: this.#preferred(id),
        whyPassedOver: (offer) => whyPassedOver(offer, this.#machine),
        ranges: this.#ranges,
      },
    )
    this.#known.set(id, candidates)
    return candidates
  }
}
