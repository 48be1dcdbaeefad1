import { resolve } from 'node:path'
import type { JsonValue } from '@mb/kernel'
import { isReceiptItem } from '@mb/sandbox'
import { PluginError } from '../plugin-error.ts'
import { defaultConfiguration, type Configuration, type LogLevel } from './configuration.ts'
import { readConfigurationFile } from './configuration-file.ts'
import { findIn, findUpwards } from './find-configuration.ts'
import { isGroup, isList } from './json-shape.ts'
import { mergeSettings, type Merged } from './merge-settings.ts'
import { pluginsIn } from './read-plugins.ts'
import { repositoriesIn } from './repository-setting.ts'
import { layerOfEnvironment } from './setting-environment.ts'
import { layerOfFile, type SettingLayer } from './setting-layer.ts'
import { settingOf } from './settings.ts'

/** Where settings are looked for. */
export interface ConfigurationOptions {
  /** The folder that the person is in: the project's file is looked for from here upwards. */
  readonly cwd: string
  readonly home: string
  /** The file that the person named. */
  readonly file?: string | undefined
  readonly env?: Readonly<Record<string, string | undefined>>
  /** What was said on the command line, by path: `{ 'logging.level': 'debug' }`. */
  readonly flags?: Readonly<Record<string, JsonValue>>
}

/** The settings in force. */
export interface LoadedConfiguration {
  readonly values: Configuration
  /** Where each value comes from, by its path; what is not here is a default. */
  readonly sources: Readonly<Record<string, string>>
  /** The files that were read, the strongest last. */
  readonly files: readonly string[]
}

/**
 * Reads the settings: defaults < `config.*` of the home < `milkbottle.*` of the project < the named file < `MB_*`
 * variables < flags. A project's file may have come from a stranger: it may only tighten.
 *
 * @throws PluginError `MB_CONFIG_…`
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { loadConfiguration } from '@mb/plugin-core'
 *
 * const { values, sources } = await loadConfiguration({
 *   cwd: '/',
 *   home: '/nowhere',
 *   env: { MB_LIMITS_MEMORY_MB: '200' },
 * })
 * assert.equal(values.limits.memoryMb, 200)
 * assert.deepEqual(sources, { 'limits.memoryMb': 'MB_LIMITS_MEMORY_MB' })
 * ```
 */
export async function loadConfiguration(
  options: ConfigurationOptions,
): Promise<LoadedConfiguration> {
  const { cwd, home, env = {}, flags = {} } = options
  const named = options.file === undefined ? undefined : resolve(cwd, options.file)
  const candidates = [
    { file: findIn(home, 'config'), kind: 'person' },
    { file: findUpwards(cwd, 'milkbottle'), kind: 'project' },
    { file: named, kind: 'person' },
  ] as const
  const files: string[] = []
  const layers: SettingLayer[] = [layerOfDefaults()]
  for (const { file, kind } of candidates) {
    if (file === undefined) continue
    const parsed = await readConfigurationFile(file)
    if (parsed === undefined) throw notFound(file)
    files.push(file)
    // The person who names the project's file vouches for it.
    layers.push(layerOfFile(parsed, { file, kind: file === named ? 'person' : kind, env }))
  }
  layers.push(layerOfEnvironment(env), layerOfFlags(flags))
  const merged = mergeSettings(layers)
  return { values: configurationOf(merged), sources: sourcesOf(merged), files }
}

const fromDefault = 'default'

function layerOfDefaults(): SettingLayer {
  const { isolation, logging } = defaultConfiguration
  return {
    kind: 'person',
    values: [
      { key: 'isolation.minimum', value: isolation.minimum, source: fromDefault },
      { key: 'logging.level', value: logging.level, source: fromDefault },
    ],
  }
}

function layerOfFlags(flags: Readonly<Record<string, JsonValue>>): SettingLayer {
  return {
    kind: 'person',
    values: Object.entries(flags).map(([key, value]) => {
      const read = settingOf(key)?.read(value)
      if (read?.ok === true) return { key, value: read.value, source: 'command line' }
      throw new PluginError(
        read === undefined ? 'MB_CONFIG_UNKNOWN_KEY' : 'MB_CONFIG_VALUE',
        `Cannot set "${key}": ${read === undefined ? 'there is no such setting' : `it has to be ${read.expected}`}`,
      )
    }),
  }
}

function configurationOf(merged: Merged): Configuration {
  const { isolation, logging, marketplace } = defaultConfiguration
  const scanned = merged.get('marketplace.securityScan')?.value
  const minimum = merged.get('isolation.minimum')?.value
  return {
    isolation: {
      minimum: isList(minimum)
        ? minimum.filter((item) => typeof item === 'string').filter(isReceiptItem)
        : isolation.minimum,
    },
    limits: {
      ...limitOf(merged, 'memoryMb'),
      ...limitOf(merged, 'cpuSeconds'),
      ...limitOf(merged, 'wallSeconds'),
      ...limitOf(merged, 'processes'),
      ...limitOf(merged, 'fileMb'),
    },
    logging: {
      level: levels.find((each) => each === merged.get('logging.level')?.value) ?? logging.level,
    },
    plugins: pluginsIn(merged),
    marketplace: {
      enabled: merged.get('marketplace.enabled')?.value !== false,
      repositories: repositoriesIn(merged.get('marketplace.repositories')?.value),
      apiKeys: keysIn(merged.get('marketplace.apiKeys')?.value),
      securityScan: typeof scanned === 'boolean' ? scanned : marketplace.securityScan,
    },
  }
}

function keysIn(value: JsonValue | undefined): Readonly<Record<string, string>> {
  if (!isGroup(value)) return {}
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, key]) => (typeof key === 'string' ? [[name, key]] : [])),
  )
}

const levels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error']

function limitOf<Key extends keyof Configuration['limits']>(
  merged: Merged,
  key: Key,
): { readonly [K in Key]?: number } {
  const value = merged.get(`limits.${key}`)?.value
  const result: { [K in Key]?: number } = {}
  if (typeof value === 'number') result[key] = value
  return result
}

function sourcesOf(merged: Merged): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...merged]
      .filter(([, { source }]) => source !== fromDefault)
      .map(([key, { source }]) => [key, source]),
  )
}

function notFound(file: string): PluginError {
  return new PluginError('MB_CONFIG_NOT_FOUND', `Cannot read "${file}": there is no such file`, {
    hint: 'Name an existing file with --config',
  })
}
