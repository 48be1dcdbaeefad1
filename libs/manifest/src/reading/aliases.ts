import type { JsonValue } from '@mb/kernel'
import type { Problem } from './finding.ts'

type JsonObject = { readonly [key: string]: JsonValue }

/** Older names of top-level keys, and where what they hold belongs. */
const targets: Readonly<Record<string, readonly string[]>> = {
  entry_point: ['entry'],
  tags: ['keywords'],
  author_email: ['email'],
  min_milkbottle_version: ['engines', 'milkbottle'],
  max_milkbottle_version: ['engines', 'milkbottle'],
  python_version: ['engines', 'python'],
  python_requires: ['engines', 'python'],
  node_version: ['engines', 'node'],
}

/** Where a key of the manifest, or of one of its parts, belongs: `entry_point` at `['entry']`, `memory_mb` at `['memoryMb']`. */
export function aliasTarget(key: string, within: readonly (string | number)[]): readonly string[] {
  if (within.length === 0 && Object.hasOwn(targets, key)) return targets[key] ?? [key]
  const isOurs = within.length === 0 || (within.length === 1 && within[0] === 'limits')
  return isOurs ? [camelCase(key)] : [key]
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

  const entries = Object.entries(joinVersions(manifest)).map(
    ([key, value]) => ({ path: aliasTarget(key, []), value }) as const,
  )
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
  return { value: result, problems }
}

/** `min_` and `max_milkbottle_version` as one range under the first of the two names. */
function joinVersions(manifest: JsonObject): JsonObject {
  const { min_milkbottle_version: min, max_milkbottle_version: max, ...rest } = manifest
  const bounds = [
    ...(typeof min === 'string' ? [`>=${min.trim()}`] : []),
    ...(typeof max === 'string' ? [`<=${max.trim()}`] : []),
  ]
  // What is no text goes on as it is: the schema says so, at its place.
  const wrong = [min, max].find((part) => part !== undefined && typeof part !== 'string')
  if (wrong === undefined && bounds.length === 0) return rest
  return { ...rest, min_milkbottle_version: wrong ?? bounds.join(' ') }
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

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
