import type { JsonValue } from '@mb/kernel'
import type { Problem } from './finding.ts'
import { isList, isObject, type JsonObject } from './json-object.ts'
import { fieldsOfJsonSchema, isJsonSchema, keywordTarget } from './json-schema-fields.ts'
import {
  commandsWithSummary,
  megabytes,
  platformsByName,
  pluginsOfGroups,
  runtimeOfLanguage,
} from './older-forms.ts'
import { installHook, olderKey } from './older-keys.ts'
import { permissionNames } from './permission-names.ts'

/** Where what an older key holds belongs, and how it is said there. */
interface Reading {
  readonly to: readonly string[]
  readonly as?: (value: JsonValue) => JsonValue
}

/** Older names of keys; those of a group are written with it. */
const readings: Readonly<Record<string, Reading>> = {
  entry_point: { to: ['entry'] },
  module_path: { to: ['entry'] },
  plugin_type: { to: ['type'] },
  language: { to: ['runtime'], as: runtimeOfLanguage },
  tags: { to: ['keywords'] },
  author_email: { to: ['email'] },
  source_url: { to: ['repository'] },
  min_milkbottle_version: { to: ['engines', 'milkbottle'] },
  max_milkbottle_version: { to: ['engines', 'milkbottle'] },
  min_core_version: { to: ['engines', 'milkbottle'] },
  max_core_version: { to: ['engines', 'milkbottle'] },
  python_version: { to: ['engines', 'python'] },
  python_requires: { to: ['engines', 'python'] },
  node_version: { to: ['engines', 'node'] },
  supported_platforms: { to: ['platforms'], as: platformsByName },
  python_requirements: { to: ['dependencies'] },
  npm_requirements: { to: ['dependencies'] },
  optional_dependencies: { to: ['optionalPlugins'], as: pluginsOfGroups },
  optionalDependencies: { to: ['optionalPlugins'], as: pluginsOfGroups },
  commands: { to: ['commands'], as: commandsWithSummary },
  provides_commands: { to: ['commands'], as: commandsWithSummary },
  'cli.commands': { to: ['commands'], as: commandsWithSummary },
  provides_hooks: { to: ['hooks'] },
  'configuration.schema': { to: ['configSchema'] },
  'security.permissions': { to: ['permissions'] },
  'security.max_execution_time': { to: ['limits', 'wallSeconds'] },
  'security.max_memory_usage': { to: ['limits', 'memoryMb'], as: megabytes },
}

/** Keys that only group others. */
const groups: ReadonlySet<string> = new Set(['cli', 'configuration', 'security'])

/**
 * Where a key of the manifest, or of one of its parts, belongs: `entry_point` at `['entry']`, `memory_mb` at
 * `['memoryMb']`; at `[]` when it only groups others.
 *
 * @param group the key that it was grouped by
 */
export function aliasTarget(
  key: string,
  within: readonly (string | number)[],
  group?: string,
): readonly string[] {
  const [top, , ...deeper] = within
  if (within.length === 0) {
    if (group === undefined && groups.has(key)) return []
    const name = group === undefined ? key : `${group}.${key}`
    const reading = Object.hasOwn(readings, name) ? readings[name] : undefined
    return reading?.to ?? [...(group === undefined ? [] : [group]), camelCase(key)]
  }
  if (top === 'configSchema' && within.length === 1) return key === 'properties' ? [] : [key]
  if (top === 'configSchema' && deeper.length === 0) return [keywordTarget(key)]
  if (top === 'commands' && deeper.length === 0 && key === 'description') return ['summary']
  return [top === 'limits' && within.length === 1 ? camelCase(key) : key]
}

/** The manifest under its present keys: snake_case and older names are mapped, a pair of versions becomes a range. */
export function resolveAliases(manifest: JsonObject): {
  readonly value: JsonObject
  readonly problems: readonly Problem[]
} {
  const problems: Problem[] = []
  const result: Record<string, JsonValue> = {}

  function put(
    group: Record<string, JsonValue>,
    key: string,
    path: string,
    value: JsonValue,
  ): void {
    if (Object.hasOwn(group, key)) problems.push(twice(path))
    group[key] = value
  }

  const entries = entriesOf(joinVersions(manifest)).flatMap((entry) => {
    const { group, key, value } = entry
    const path = group === undefined ? [key] : [group, key]
    const older = Object.hasOwn(readings, path.join('.')) ? undefined : olderKey(path, value)
    problems.push(...(older?.problems ?? []))
    return older === undefined
      ? [{ path: aliasTarget(key, [], group), value: presentForm(entry) }]
      : []
  })
  for (const { path, value } of entries.filter((entry) => entry.path.length === 1)) {
    const [key = ''] = path
    put(result, key, key, key === 'limits' ? withCamelKeys(value) : value)
  }
  for (const { path, value } of entries.filter((entry) => entry.path.length === 2)) {
    const [group = '', key = ''] = path
    const present = result[group] ?? {}
    if (!isObject(present)) continue
    const copy = { ...present }
    put(copy, key, path.join('.'), value)
    result[group] = copy
  }
  return withoutOlderForms(result, problems)
}

/** A key, the group that it stands in, and its value. */
interface Entry {
  readonly group: string | undefined
  readonly key: string
  readonly value: JsonValue
}

function entriesOf(manifest: JsonObject): readonly Entry[] {
  return Object.entries(manifest).flatMap(([key, value]): readonly Entry[] =>
    groups.has(key) && isObject(value)
      ? Object.entries(value).map(([inner, part]) => ({ group: key, key: inner, value: part }))
      : [{ group: undefined, key, value }],
  )
}

function presentForm({ group, key, value }: Entry): JsonValue {
  const name = group === undefined ? key : `${group}.${key}`
  const as = Object.hasOwn(readings, name) ? readings[name]?.as : undefined
  return as === undefined ? value : as(value)
}

/** What stands under a present key and is still said in an older way: read, or answered and left out. */
function withoutOlderForms(
  manifest: JsonObject,
  problems: readonly Problem[],
): { readonly value: JsonObject; readonly problems: readonly Problem[] } {
  const { permissions, hooks, configSchema, ...rest } = manifest
  const schema = isJsonSchema(configSchema) ? fieldsOfJsonSchema(configSchema) : undefined
  const fields = schema?.fields ?? configSchema
  return {
    value: {
      ...rest,
      ...(permissions === undefined || isList(permissions) ? {} : { permissions }),
      ...(hooks === undefined || isObject(hooks) ? {} : { hooks }),
      ...(fields === undefined ? {} : { configSchema: fields }),
    },
    problems: [
      ...problems,
      ...(isList(permissions) ? permissionNames(permissions) : []),
      ...(isObject(hooks) ? Object.keys(hooks).map(installHook) : []),
      ...(schema?.problems ?? []),
    ],
  }
}

/** The least and the greatest version as one range, under the name of the least. */
function joinVersions(manifest: JsonObject): JsonObject {
  return ['milkbottle', 'core'].reduce(joinVersionsOf, manifest)
}

function joinVersionsOf(manifest: JsonObject, program: string): JsonObject {
  const { [`min_${program}_version`]: min, [`max_${program}_version`]: max, ...rest } = manifest
  const bounds = [
    ...(typeof min === 'string' ? [`>=${min.trim()}`] : []),
    ...(typeof max === 'string' ? [`<=${max.trim()}`] : []),
  ]
  // What is no text goes on as it is: the schema says so, at its place.
  const wrong = [min, max].find((part) => part !== undefined && typeof part !== 'string')
  if (wrong === undefined && bounds.length === 0) return rest
  return { ...rest, [`min_${program}_version`]: wrong ?? bounds.join(' ') }
}

function twice(path: string): Problem {
  return {
    code: 'same-key-twice',
    message: `The manifest gives "${path}" twice, under two of its names`,
    path: path.split('.'),
    hint: `Keep "${path}" alone`,
  }
}

function withCamelKeys(value: JsonValue): JsonValue {
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [camelCase(key), part]))
}

function camelCase(key: string): string {
  return key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
