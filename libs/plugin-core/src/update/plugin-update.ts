import type { HeldOffer } from './update-offer.ts'

/** What became of a plugin when it was looked for a newer version of it. */
export interface PluginUpdate {
  readonly id: string
  /** The version that was active. */
  readonly from: string
  /**
   * `current`: nothing newer may be had; `available`: there is, and it was only looked; `updated`; `held`: there is, and it
   * waits; `failed`: it was tried, and the old version stays; `unmanaged`: nobody can be asked about it.
   */
  readonly status: 'current' | 'available' | 'updated' | 'held' | 'failed' | 'unmanaged'
  /** The version that it became, would become or could not become. */
  readonly to?: string
  /** Why, in words for a person. */
  readonly reason?: string
  /** The code of what went wrong. */
  readonly code?: string
  /** Newer versions that wait, the newest first. */
  readonly held: readonly HeldOffer[]
}
