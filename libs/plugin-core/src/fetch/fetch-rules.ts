import type { PluginsConfiguration } from '../configuration/plugin-settings.ts'
import type { NetworkWay } from './network-way.ts'
import type { TrustRules } from './trusted-sources.ts'

/** Where packages may come from, and how they are fetched. */
export interface FetchRules {
  readonly trust: TrustRules
  readonly maxBytes: number
  /** How others are reached. @default as the system does */
  readonly way: NetworkWay | undefined
}

/** The rules that the settings make. */
export function fetchRules(
  { trustedSources, allowUntrusted, maxPackageMb }: PluginsConfiguration,
  way: NetworkWay | undefined,
): FetchRules {
  return {
    trust: { trustedSources, allowUntrusted },
    maxBytes: maxPackageMb * 1024 * 1024,
    way,
  }
}
