import type { Offer } from '../install/package-repository.ts'
import type { Machine } from '../machine/why-unfit.ts'
import type { OfferSource, Requirement } from './world.ts'

/** What is to be resolved. */
export interface ResolveQuestion {
  /** What a person or a project wants to be there. */
  readonly wanted: readonly Requirement[]
  /** What is installed: it stays, and it keeps its version where it can. */
  readonly installed?: readonly Offer[]
  /** Ids of installed plugins that become the newest version that fits of those that the source has. */
  readonly update?: readonly string[]
  /** Versions that come first, by id: those of a lockfile. */
  readonly locked?: ReadonlyMap<string, string>
  /** @default this machine */
  readonly machine?: Machine | undefined
  readonly source: OfferSource
  /** Whether optional plugins are taken along where they can be. @default true */
  readonly optional?: boolean
  readonly signal?: AbortSignal | undefined
}
