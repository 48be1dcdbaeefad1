import type { JsonValue } from '@mb/kernel'
import type { PluginEntry } from './plugin-entry.ts'
import { neverOf, type ReadValue } from './read-value.ts'
import {
  choiceSetting,
  listSetting,
  numberSetting,
  switchSetting,
  type Setting,
} from './setting.ts'

/** Which newer versions a plugin may become by itself, the strictest first. */
export const updatePolicies = ['pinned', 'none', 'patch', 'minor', 'latest'] as const

/** One of {@link updatePolicies}. */
export type UpdatePolicy = (typeof updatePolicies)[number]

/** How plugins are found, kept and updated. */
export interface PluginsConfiguration {
  /** Whether any plugin is run. @default true */
  readonly enabled: boolean
  /** Which values of `environments` hold, in a manifest and in the settings. @default 'production' */
  readonly environment: string
  /** Folders that are looked through for plugins, beside the usual ones. @default none */
  readonly searchPaths: readonly string[]
  /** Where plugins may come from, beside this machine and configured marketplaces. @default none */
  readonly trustedSources: readonly string[]
  /** Whether they may come from anywhere. @default false */
  readonly allowUntrusted: boolean
  /** How many earlier versions of a plugin are kept. @default 5 */
  readonly keepVersions: number
  /** Whether a plugin's data is kept as it was before an update. @default true */
  readonly backup: boolean
  readonly updates: {
    /** Whether updates are installed when they are due, without being asked for. @default false */
    readonly automatic: boolean
    /** @default 'minor' */
    readonly policy: UpdatePolicy
    /** How often is asked for new versions. @default 86_400 */
    readonly intervalSeconds: number
    /** How long a version has to have been public. @default 86_400 */
    readonly cooldownSeconds: number
  }
  /** How often folders are looked through again while somebody watches them. @default 300 */
  readonly rescanSeconds: number
  /** @default 30 */
  readonly healthCheckTimeoutSeconds: number
  /** Largest package that is fetched. @default 100 */
  readonly maxPackageMb: number
  /** How deep a tree of dependencies is printed. @default 5 */
  readonly maxDependencyDepth: number
  /** How many plugins are looked at, loaded or checked at once. @default 10 */
  readonly maxConcurrent: number
  /** Plugins that this project, or this person, needs, with the range of each. @default none */
  readonly required: Readonly<Record<string, string>>
  /** What is set for single plugins, by name or id. @default none */
  readonly entries: Readonly<Record<string, PluginEntry>>
}

/** The values where nobody set anything. */
export const defaultPlugins: PluginsConfiguration = {
  enabled: true,
  environment: 'production',
  searchPaths: [],
  trustedSources: [],
  allowUntrusted: false,
  keepVersions: 5,
  backup: true,
  updates: { automatic: false, policy: 'minor', intervalSeconds: 86_400, cooldownSeconds: 86_400 },
  rescanSeconds: 300,
  healthCheckTimeoutSeconds: 30,
  maxPackageMb: 100,
  maxDependencyDepth: 5,
  maxConcurrent: 10,
  required: {},
  entries: {},
}

const decade = 315_360_000

/** The settings of plugins, by their path. */
export const pluginSettings: Readonly<Record<string, Setting>> = {
  'plugins.enabled': switchSetting({ strict: false }),
  'plugins.environment': {
    read: readEnvironment,
    readText: (text) => readEnvironment(text.trim()),
  },
  'plugins.searchPaths': listSetting('folders'),
  'plugins.trustedSources': listSetting('sources'),
  'plugins.allowUntrusted': switchSetting({ strict: false }),
  'plugins.keepVersions': numberSetting({
    min: 0,
    max: 50,
    whenUnset: defaultPlugins.keepVersions,
    strict: 'larger',
  }),
  'plugins.backup': switchSetting({ strict: true }),
  'plugins.updates.automatic': switchSetting({ strict: false }),
  'plugins.updates.policy': choiceSetting(updatePolicies, defaultPlugins.updates.policy),
  'plugins.updates.intervalSeconds': numberSetting({
    min: 60,
    max: decade,
    whenUnset: defaultPlugins.updates.intervalSeconds,
    strict: 'larger',
  }),
  'plugins.updates.cooldownSeconds': numberSetting({
    min: 0,
    max: decade,
    whenUnset: defaultPlugins.updates.cooldownSeconds,
    strict: 'larger',
  }),
  'plugins.rescanSeconds': numberSetting({
    min: 1,
    max: 604_800,
    whenUnset: defaultPlugins.rescanSeconds,
    strict: 'larger',
  }),
  'plugins.healthCheckTimeoutSeconds': numberSetting({
    min: 1,
    max: 3600,
    whenUnset: defaultPlugins.healthCheckTimeoutSeconds,
    strict: 'smaller',
  }),
  'plugins.maxPackageMb': numberSetting({
    min: 1,
    max: 100,
    whenUnset: defaultPlugins.maxPackageMb,
    strict: 'smaller',
  }),
  'plugins.maxDependencyDepth': numberSetting({
    min: 1,
    max: 100,
    whenUnset: defaultPlugins.maxDependencyDepth,
    strict: 'smaller',
  }),
  'plugins.maxConcurrent': numberSetting({
    min: 1,
    max: 100,
    whenUnset: defaultPlugins.maxConcurrent,
    strict: 'smaller',
  }),
  'plugins.required': {
    read: readRequired,
    readText: () => neverOf('in a file: names of plugins, and the range of each'),
  },
}

function readEnvironment(value: JsonValue): ReadValue {
  return typeof value === 'string' && /^[a-z][a-z0-9-]{0,63}$/.test(value)
    ? { ok: true, value }
    : neverOf('a name of small letters, digits and "-"')
}

const maxRequired = 1000

/** The names and ranges themselves are read by whoever resolves them, where the library for ranges is. */
function readRequired(value: JsonValue): ReadValue {
  const expected = 'names of plugins, and the range of each, as acme/pdf: ^1.0.0'
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return neverOf(expected)
  const entries: readonly (readonly [string, unknown])[] = Object.entries(value)
  const isWhole = entries.every(
    ([name, range]) =>
      /^(?:[a-z][a-z0-9-]{0,63}\/)?[a-z][a-z0-9-]{0,63}$/.test(name) &&
      typeof range === 'string' &&
      range.length <= 256,
  )
  return isWhole && entries.length <= maxRequired ? { ok: true, value } : neverOf(expected)
}
