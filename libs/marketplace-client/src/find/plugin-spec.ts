import { parsePluginId, parsePluginName, type PluginId, type PluginName } from '@mb/manifest'
import { versionSchema } from '@mb/marketplace-protocol'
import semver from 'semver'
import { MarketplaceError } from '../marketplace-error.ts'

/** Which plugin is asked for, and which versions will do. */
export interface PluginSpec {
  /** Absent when only a name was given. */
  readonly id?: PluginId
  readonly name: PluginName
  readonly wanted: WantedVersion
}

/** Which versions will do. */
export type WantedVersion =
  | { readonly kind: 'latest' }
  | { readonly kind: 'exact'; readonly version: string }
  | { readonly kind: 'range'; readonly range: string }

const maxLength = 512

/**
 * Reads `namespace/name`, `name`, and either with `@range`.
 *
 * @throws MarketplaceError `MB_MARKETPLACE_SPEC`; ManifestError `MB_NAME_INVALID`
 */
export function parsePluginSpec(text: string): PluginSpec {
  if (text.length > maxLength) throw unreadable(text, `it has ${text.length} characters`)
  const at = text.indexOf('@')
  const plugin = at === -1 ? text : text.slice(0, at)
  const wanted = parseWanted(text, at === -1 ? undefined : text.slice(at + 1))
  if (!plugin.includes('/')) return { name: parsePluginName(plugin), wanted }
  const { id, name } = parsePluginId(plugin)
  return { id, name, wanted }
}

function parseWanted(text: string, range: string | undefined): WantedVersion {
  if (range === undefined || range === 'latest') return { kind: 'latest' }
  if (versionSchema.safeParse(range).success) return { kind: 'exact', version: range }
  if (range.trim() === '') throw unreadable(text, 'there is nothing after "@"')
  if (semver.validRange(range) !== null) return { kind: 'range', range }
  throw unreadable(text, `${JSON.stringify(range.slice(0, 80))} is no range of versions`)
}

function unreadable(text: string, is: string): MarketplaceError {
  return new MarketplaceError(
    'MB_MARKETPLACE_SPEC',
    `Cannot find ${JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)}: ${is}`,
    { hint: 'Write namespace/name, as acme/pdf; or with versions, as acme/pdf@^1.2.0' },
  )
}
