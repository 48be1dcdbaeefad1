import type { JsonValue } from '@mb/kernel'
import { PluginError } from '../plugin-error.ts'
import { placeText } from './configuration-file.ts'
import { isGroup } from './json-shape.ts'
import type { ParsedConfiguration, Place } from './parsed-configuration.ts'
import { expandVariables } from './expand-variables.ts'
import { canonicalParts, meaningOf, unknownSetting, withoutOldRoot } from './setting-path.ts'
import type { ReadValue } from './read-value.ts'
import { entryMeaning, isInsideEntry, keyOfProject } from './plugin-entry.ts'
import { neverInProject, settingOf } from './settings.ts'

/** One value that somebody set. */
export interface SetValue {
  /** Path of the setting. */
  readonly key: string
  readonly value: JsonValue
  /** Where, for people: `config.yaml:3:1`, `MB_LOGGING_LEVEL`, `--config`. */
  readonly source: string
}

/** The values of one place; of a project, which may only tighten, or of the person. */
export interface SettingLayer {
  readonly kind: 'person' | 'project'
  readonly values: readonly SetValue[]
}

/** How a file is read as a layer. */
export interface LayerOptions {
  readonly file: string
  readonly kind: SettingLayer['kind']
  readonly env: Readonly<Record<string, string | undefined>>
}

/**
 * The values that a file sets.
 *
 * @throws PluginError `MB_CONFIG_UNKNOWN_KEY`, `MB_CONFIG_VALUE`, `MB_CONFIG_VARIABLE`, `MB_CONFIG_FORBIDDEN`
 */
export function layerOfFile(
  { value, locate }: ParsedConfiguration,
  { file, kind, env }: LayerOptions,
): SettingLayer {
  const values: SetValue[] = []
  // Before anything is said of unknown names: these are refused whether this version knows them or not.
  if (kind === 'project') checkAllowed(value, [])
  collect(value, [])
  return { kind, values }

  function checkAllowed(part: JsonValue, path: readonly string[]): void {
    if (isInsideEntry(withoutOldRoot(path))) return
    // A whole path may be written as one name.
    const names = canonicalParts(path).flatMap((name) => name.split('.'))
    if (names.some((name) => neverInProject.has(name))) throw forbidden(path, file, locate(path))
    if (!isGroup(part)) return
    for (const [name, member] of Object.entries(part)) checkAllowed(member, [...path, name])
  }

  function collect(part: JsonValue, path: readonly string[]): void {
    const place = locate(path)
    const meaning = meaningOf(path)
    if (meaning.kind === 'unknown') {
      throw unknownKey(path, file, place, meaning)
    }
    if (meaning.kind === 'group') {
      if (part === null) return
      if (!isGroup(part)) throw noGroup(path, file, place)
      for (const [name, member] of Object.entries(part)) collect(member, [...path, name])
      return
    }
    const read = readValue(meaning.key, part)
    if (!read.ok) throw wrongValue(path, file, place, read.expected)
    const key = kind === 'project' ? keyOfProject(meaning.key) : meaning.key
    values.push({ key, value: read.value, source: `${file}${placeText(place)}` })
  }

  function readValue(key: string, part: JsonValue): ReadValue {
    const setting = settingOf(key)
    if (setting === undefined) return { ok: false, expected: 'a setting' }
    // A project may not learn the person's environment: what it expands to could be sent away in a name.
    if (kind === 'project') return setting.read(part)
    const { value: expanded, isExpanded } = expandVariables(part, { env, file, key })
    return isExpanded && typeof expanded === 'string'
      ? setting.readText(expanded)
      : setting.read(expanded)
  }
}

function unknownKey(
  path: readonly string[],
  file: string,
  place: Place | undefined,
  { reason, hint }: { readonly reason: string; readonly hint?: string },
): PluginError {
  const key = path.join('.')
  return new PluginError(
    'MB_CONFIG_UNKNOWN_KEY',
    `Cannot use "${key}" of "${file}"${placeText(place)}: ${reason}`,
    { hint, details: { file, key, ...place } },
  )
}

/** What is no group below `plugins` was meant as a setting, and not as the name of a plugin. */
function noGroup(path: readonly string[], file: string, place: Place | undefined): PluginError {
  const isPlugin = path.length === 2 && entryMeaning(path) !== undefined
  return isPlugin
    ? unknownKey(path, file, place, unknownSetting(path.join('.')))
    : wrongValue(path, file, place, 'a group')
}

function forbidden(path: readonly string[], file: string, place: Place | undefined): PluginError {
  const key = path.join('.')
  return new PluginError(
    'MB_CONFIG_FORBIDDEN',
    `Cannot use "${key}" of "${file}"${placeText(place)}: a project may not set it`,
    {
      hint: 'Set it in your own configuration, if you want it',
      details: { file, key, ...place },
    },
  )
}

function wrongValue(
  path: readonly string[],
  file: string,
  place: Place | undefined,
  expected: string,
): PluginError {
  const key = path.join('.')
  return new PluginError(
    'MB_CONFIG_VALUE',
    `Cannot use ${key === '' ? 'the content' : `"${key}"`} of "${file}"${placeText(place)}: it has to be ${expected}`,
    { details: { file, key, ...place } },
  )
}
