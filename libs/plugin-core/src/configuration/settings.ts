import type { JsonValue } from '@mb/kernel'
import { isReceiptItem, levelItems, sandboxMinimum, type ReceiptItem } from '@mb/sandbox'
import { ceiling } from '../run/run-limits.ts'
import { neverOf, type ReadValue } from './read-value.ts'
import { readRepositories, readRepositoriesText } from './repository-setting.ts'

/** One setting: how its value is read, and what a project may do to it. */
export interface Setting {
  /** Reads a value as a file has it. */
  readonly read: (value: JsonValue) => ReadValue
  /** Reads a value as text, from the environment. */
  readonly readText: (text: string) => ReadValue
  /**
   * Whether a project's value is at least as strict as the one in force; absent where a project is free. The file
   * may have come with a stranger's repository.
   */
  readonly isStricter?: (present: JsonValue | undefined, next: JsonValue) => boolean
  /** Whether the value is nobody else's business: it is not shown. */
  readonly isSecret?: boolean
}

/** Every setting, by its path. */
export const settings: Readonly<Record<string, Setting>> = {
  'isolation.minimum': {
    read: readMinimum,
    readText: (text) => readMinimum(text.split(',').map((item) => item.trim())),
    isStricter: (present, next) =>
      Array.isArray(present) && Array.isArray(next) && present.every((item) => next.includes(item)),
  },
  'limits.memoryMb': limit({ max: 1_048_576, whenUnset: ceiling.memoryMb }),
  'limits.cpuSeconds': limit({ max: 604_800, whenUnset: ceiling.cpuSeconds }),
  'limits.wallSeconds': limit({ max: 604_800, whenUnset: ceiling.wallSeconds }),
  'limits.processes': limit({ max: 32_768, whenUnset: ceiling.processes }),
  'limits.fileMb': limit({ max: 1_048_576, whenUnset: ceiling.fileMb }),
  'logging.level': { read: readLevel, readText: readLevel },
  'marketplace.repositories': { read: readRepositories, readText: readRepositoriesText },
  'marketplace.apiKeys': {
    read: readKeys,
    readText: () => neverOf('in a file: names of marketplaces, and the token of each'),
    isSecret: true,
  },
  'marketplace.securityScan': {
    read: readSwitch,
    readText: (text) => readSwitch(text === 'true' ? true : text === 'false' ? false : text),
    isStricter: (_present, next) => next === true,
  },
}

/** Older names of settings. */
export const olderNames: Readonly<Record<string, string>> = {
  logLevel: 'logging.level',
  'monitoring.logLevel': 'logging.level',
  marketplaceUrl: 'marketplace.repositories',
  'marketplace.repositoryUrl': 'marketplace.repositories',
  securityScan: 'marketplace.securityScan',
  'marketplace.security.scanPlugins': 'marketplace.securityScan',
}

/** Groups of the product that this version does not have yet. */
export const laterGroups: readonly string[] = [
  'plugins',
  'monitoring',
  'performance',
  'deployment',
  'marketplace',
]

/** Names that a project may not use anywhere in a key: where plugins come from, who is trusted, what runs by itself. */
export const neverInProject: ReadonlySet<string> = new Set([
  'repositories',
  'repositoryUrl',
  'marketplaceUrl',
  'apiKeys',
  'keys',
  'trust',
  'trustedSources',
  'allowUntrusted',
  'hooks',
])

function readMinimum(value: JsonValue): ReadValue {
  const items = typeof value === 'string' ? [value] : value
  const expected = `"sandbox", "restricted", or a list of ${sandboxMinimum.join(', ')}`
  if (!Array.isArray(items)) return { ok: false, expected }
  const result = new Set<ReceiptItem>()
  for (const item of items) {
    if (item === 'sandbox' || item === 'restricted')
      for (const each of levelItems(item)) result.add(each)
    else if (typeof item === 'string' && isReceiptItem(item)) result.add(item)
    else return { ok: false, expected }
  }
  return { ok: true, value: [...result] }
}

function limit({ max, whenUnset }: { readonly max: number; readonly whenUnset: number }): Setting {
  const expected = `a whole number from 1 to ${max}`
  const read = (value: JsonValue): ReadValue =>
    typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= max
      ? { ok: true, value }
      : { ok: false, expected }
  return {
    read,
    readText: (text) =>
      /^\d{1,9}$/.test(text.trim()) ? read(Number(text)) : { ok: false, expected },
    isStricter: (present, next) =>
      typeof next === 'number' && next <= (typeof present === 'number' ? present : whenUnset),
  }
}

const levels: Readonly<Record<string, string>> = {
  debug: 'debug',
  info: 'info',
  warn: 'warn',
  warning: 'warn',
  error: 'error',
}

function readLevel(value: JsonValue): ReadValue {
  const name = typeof value === 'string' ? value.trim().toLowerCase() : ''
  const level = Object.hasOwn(levels, name) ? levels[name] : undefined
  return level === undefined
    ? { ok: false, expected: 'one of debug, info, warn, error' }
    : { ok: true, value: level }
}

const maxKeys = 100
const maxKeyLength = 4096

function readKeys(value: JsonValue): ReadValue {
  const expected = 'names of marketplaces, and the token of each'
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return neverOf(expected)
  const keys: readonly (readonly [string, unknown])[] = Object.entries(value)
  const isWhole = keys.every(
    ([name, key]) =>
      /^[a-z][a-z0-9-]{0,63}$/.test(name) && typeof key === 'string' && key.length <= maxKeyLength,
  )
  return isWhole && keys.length <= maxKeys ? { ok: true, value } : neverOf(expected)
}

function readSwitch(value: JsonValue): ReadValue {
  return typeof value === 'boolean' ? { ok: true, value } : neverOf('true or false')
}
