import type { LightDocument, LightValue, Wanted } from './light-yaml.ts'

/**
 * As {@link readLightYaml}, of JSON.
 *
 * @returns undefined for what is no JSON, holds something else than was wanted, or line ends that a full reading takes
 *   for text
 */
export function readLightJson(
  text: string,
  wanted: (key: string) => Wanted | undefined,
): LightDocument | undefined {
  const value = /\r(?!\n)/.test(text) ? undefined : parse(text)
  if (!isRecord(value)) return undefined
  const entries = Object.entries(value).map(([key, part]) => {
    const how = wanted(key)
    return { key, read: how === undefined ? undefined : readers[how](part) }
  })
  const result = new Map<string, LightValue>()
  for (const { key, read } of entries) if (read !== undefined) result.set(key, read)
  return result.size === entries.length ? result : undefined
}

const readers: Readonly<Record<Wanted, (value: unknown) => LightValue | undefined>> = {
  text: (value) => (typeof value === 'string' ? { kind: 'text', text: value } : undefined),
  list: (value) =>
    Array.isArray(value) && value.every((item): item is string => typeof item === 'string')
      ? { kind: 'list', items: value }
      : undefined,
  map: (value) => (isRecord(value) && hasTexts(value) ? { kind: 'map', pairs: value } : undefined),
  extent: (value) => ({ kind: 'extent', isEmpty: Array.isArray(value) && value.length === 0 }),
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function hasTexts(
  value: Readonly<Record<string, unknown>>,
): value is Readonly<Record<string, string>> {
  return Object.values(value).every((part) => typeof part === 'string')
}
