import { nearestName } from '@mb/kernel'
import { entryMeaning } from './plugin-entry.ts'
import { fixedSettings } from './fixed-settings.ts'
import { laterGroups, olderNames, settings } from './settings.ts'

/** What a path in a configuration means. */
export type PathMeaning =
  | { readonly kind: 'setting'; readonly key: string }
  | { readonly kind: 'group' }
  | { readonly kind: 'unknown'; readonly reason: string; readonly hint?: string }

const known: readonly string[] = [
  ...Object.keys(settings),
  ...Object.keys(olderNames),
  ...Object.keys(fixedSettings),
]

/** Finds the setting of a path; snake_case, older names and the nesting below `plugin_system` are read as well. */
export function meaningOf(path: readonly string[]): PathMeaning {
  const key = canonical(path)
  const target = Object.hasOwn(olderNames, key) ? (olderNames[key] ?? key) : key
  if (Object.hasOwn(settings, target) || Object.hasOwn(fixedSettings, target))
    return { kind: 'setting', key: target }
  if (key === '' || known.some((each) => each.startsWith(`${key}.`))) return { kind: 'group' }
  const ofPlugin = entryMeaning(withoutOldRoot(path))
  if (ofPlugin !== undefined) return ofPlugin
  const [group = ''] = key.split('.')
  if (laterGroups.includes(group))
    return { kind: 'unknown', reason: `this version has no ${whatIs(key, group)}` }
  return unknownSetting(key)
}

/** That a path is no setting, with the nearest one that is. */
export function unknownSetting(key: string): Extract<PathMeaning, { readonly kind: 'unknown' }> {
  const nearest = nearestName(key, [...Object.keys(settings), ...groups])
  return {
    kind: 'unknown',
    reason: 'there is no such setting',
    hint:
      nearest === undefined
        ? `The settings are ${Object.keys(settings).join(', ')}`
        : `Did you mean "${nearest}"?`,
  }
}

/** The names of a path as they are written today. */
export function canonicalParts(path: readonly string[]): readonly string[] {
  return withoutOldRoot(
    path.map((part) =>
      part.replace(/_+([A-Za-z0-9])/g, (_, letter: string) => letter.toUpperCase()),
    ),
  )
}

/** A path without the group that everything stood in once. */
export function withoutOldRoot(path: readonly string[]): readonly string[] {
  return path[0] === 'pluginSystem' || path[0] === 'plugin_system' ? path.slice(1) : path
}

const groups: readonly string[] = [
  ...new Set(Object.keys(settings).map((key) => key.slice(0, key.indexOf('.')))),
]

function canonical(path: readonly string[]): string {
  return canonicalParts(path).join('.')
}

function whatIs(key: string, group: string): string {
  return key === group ? `group "${group}"` : `setting "${key}"`
}
