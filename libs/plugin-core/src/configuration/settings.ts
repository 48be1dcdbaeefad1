import type { JsonValue } from '@mb/kernel'
import { isReceiptItem, levelItems, sandboxMinimum, type ReceiptItem } from '@mb/sandbox'
import { ceiling } from '../run/run-limits.ts'
import { neverOf, type ReadValue } from './read-value.ts'
import { fixedSettings } from './fixed-settings.ts'
import { entrySetting } from './plugin-entry.ts'
import { pluginSettings } from './plugin-settings.ts'
import { readRepositories, readRepositoriesText } from './repository-setting.ts'
import { numberSetting, switchSetting, type Setting } from './setting.ts'

/** Every setting, by its path. */
export const settings: Readonly<Record<string, Setting>> = {
  'isolation.minimum': {
    read: readMinimum,
    readText: (text) => readMinimum(text.split(',').map((item) => item.trim())),
    isStricter: (present, next) =>
      Array.isArray(present) && Array.isArray(next) && present.every((item) => next.includes(item)),
  },
  'limits.memoryMb': limit('memoryMb', 1_048_576),
  'limits.cpuSeconds': limit('cpuSeconds', 604_800),
  'limits.wallSeconds': limit('wallSeconds', 604_800),
  'limits.processes': limit('processes', 32_768),
  'limits.fileMb': limit('fileMb', 1_048_576),
  'logging.level': { read: readLevel, readText: readLevel },
  'marketplace.repositories': { read: readRepositories, readText: readRepositoriesText },
  'marketplace.apiKeys': {
    read: readKeys,
    readText: () => neverOf('in a file: names of marketplaces, and the token of each'),
    isSecret: true,
  },
  'marketplace.enabled': switchSetting({ strict: false }),
  'marketplace.securityScan': switchSetting({ strict: true }),
  ...pluginSettings,
}

/** How the value of a key is read; undefined for a key that is none. */
export function settingOf(key: string): Setting | undefined {
  if (Object.hasOwn(settings, key)) return settings[key]
  return Object.hasOwn(fixedSettings, key) ? fixedSettings[key] : entrySetting(key)
}

/** Older names of settings. */
export const olderNames: Readonly<Record<string, string>> = {
  logLevel: 'logging.level',
  'monitoring.logLevel': 'logging.level',
  marketplaceUrl: 'marketplace.repositories',
  'marketplace.repositoryUrl': 'marketplace.repositories',
  securityScan: 'marketplace.securityScan',
  'marketplace.security.scanPlugins': 'marketplace.securityScan',
  enableMarketplace: 'marketplace.enabled',
  autoUpdate: 'plugins.updates.automatic',
  pluginDir: 'plugins.searchPaths',
  pluginTimeout: 'limits.wallSeconds',
  'plugins.pluginTimeout': 'limits.wallSeconds',
  'plugins.autoUpdate': 'plugins.updates.automatic',
  'plugins.backupEnabled': 'plugins.backup',
  'plugins.directories': 'plugins.searchPaths',
  'plugins.discoveryInterval': 'plugins.rescanSeconds',
  'plugins.healthCheckTimeout': 'plugins.healthCheckTimeoutSeconds',
  'plugins.maxConcurrentPlugins': 'plugins.maxConcurrent',
  maxConcurrentPlugins: 'plugins.maxConcurrent',
  'discovery.scanInterval': 'plugins.rescanSeconds',
  'discovery.searchPaths': 'plugins.searchPaths',
  'dependencies.maxDependencyDepth': 'plugins.maxDependencyDepth',
  'security.trustedSources': 'plugins.trustedSources',
  'security.allowUntrusted': 'plugins.allowUntrusted',
  'versioning.autoUpdate': 'plugins.updates.automatic',
  'versioning.checkInterval': 'plugins.updates.intervalSeconds',
  'versioning.backupBeforeUpdate': 'plugins.backup',
  'versioning.maxBackups': 'plugins.keepVersions',
}

/** Groups of the product that this version does not have yet. */
export const laterGroups: readonly string[] = [
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
  'searchPaths',
  'directories',
  'pluginDir',
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

function limit(name: keyof typeof ceiling, max: number): Setting {
  return numberSetting({ min: 1, max, whenUnset: ceiling[name], strict: 'smaller' })
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
