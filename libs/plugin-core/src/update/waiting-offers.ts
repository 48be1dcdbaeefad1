import type { UpdatePolicy } from '../configuration/plugin-settings.ts'
import type { Offer } from '../install/package-repository.ts'
import type { PluginRecord } from '../store/plugin-record.ts'
import { whyNotYet } from './plan-update.ts'

/** What decides which versions of other plugins an update may bring along. */
export interface BroughtAlongRule {
  readonly installed: readonly PluginRecord[]
  readonly policy: UpdatePolicy
  readonly cooldownSeconds: number
  /** Milliseconds since 1970. */
  readonly now: number
}

/**
 * The offers of a plugin that an update of another one needs, with those marked that it may not bring along: what is
 * too new, and of an installed one what its policy or age keeps out. A new dependency is how a trusted plugin is made to
 * carry somebody else's code.
 */
export function markWaiting(offers: readonly Offer[], rule: BroughtAlongRule): readonly Offer[] {
  const { policy, cooldownSeconds, now } = rule
  return offers.map((offer) => {
    const present = rule.installed.find(({ id }) => id === offer.id)
    const waits = whyNotYet(offer, {
      present: present?.manifest.version,
      policy: present?.updates ?? policy,
      cooldownSeconds,
      now,
    })
    return waits === undefined ? offer : { ...offer, waits }
  })
}
