import { nearestName, type JsonValue } from '@mb/kernel'
import type { Merged } from './merge-settings.ts'
import { neverOf } from './read-value.ts'
import { switchSetting, type Setting } from './setting.ts'

/** Values for one plugin. */
export interface PluginValueSet {
  /** Values of the fields that its manifest declares. */
  readonly config: Readonly<Record<string, JsonValue>>
  /** Values that hold in one environment alone, above `config`. */
  readonly environments: Readonly<Record<string, Readonly<Record<string, JsonValue>>>>
}

/** What somebody set for one plugin. */
export interface PluginEntry extends PluginValueSet {
  /** False switches it off. */
  readonly enabled?: boolean
  /** A file of values, in YAML, JSON or TOML; `config` stands above it. */
  readonly configFile?: string
  /** What a project set, below all that the person did: its file may be a stranger's. */
  readonly project?: PluginValueSet
}

/** What a path below `plugins` says of a plugin: what is set, by its key, or the group of such settings. */
export type EntryMeaning =
  | { readonly kind: 'setting'; readonly key: string }
  | { readonly kind: 'group' }
  | { readonly kind: 'unknown'; readonly reason: string; readonly hint?: string }

const id = '[a-z][a-z0-9-]{0,63}(?:/[a-z][a-z0-9-]{0,63})?'
const isName = new RegExp(`^${id}$`)
const isEntryKey = new RegExp(
  `^plugins\\.(${id})\\.(?:(enabled|configFile)|(project\\.)?(?:config\\.(.+)|environments\\.([a-z][a-z0-9-]{0,63})\\.(.+)))$`,
  's',
)
const members = ['enabled', 'configFile', 'config', 'environments']
/** What stands beside the plugins, and is no name of one. */
const groups = ['plugins.required', 'plugins.updates']

/** Whether a path stands inside the values of a plugin: their names are its author's. */
export function isInsideEntry([group, name, member]: readonly string[]): boolean {
  return (
    group === 'plugins' &&
    name !== undefined &&
    isName.test(plain(name)) &&
    (member === 'config' || member === 'environments')
  )
}

/**
 * The meaning of a path as it is written: a plugin and its fields keep their own names.
 *
 * @returns undefined when it is about no plugin
 */
export function entryMeaning(path: readonly string[]): EntryMeaning | undefined {
  const [group, name, member, ...rest] = path
  if (group !== 'plugins' || name === undefined || !isName.test(plain(name))) return undefined
  if (member === undefined) return { kind: 'group' }
  const isFile = member === 'configFile' || member === 'config_file'
  const key = ['plugins', plain(name), isFile ? 'configFile' : member, ...rest].join('.')
  if (isFile || member === 'enabled') return { kind: 'setting', key }
  if (member === 'config') return rest.length === 0 ? { kind: 'group' } : { kind: 'setting', key }
  if (member === 'environments')
    return rest.length < 2 ? { kind: 'group' } : { kind: 'setting', key }
  const nearest = nearestName(`plugins.${plain(name)}`, groups) ?? nearestName(member, members)
  return {
    kind: 'unknown',
    reason: 'there is no such setting of a plugin',
    hint: nearest === undefined ? `They are ${members.join(', ')}` : `Did you mean "${nearest}"?`,
  }
}

const value: Setting = {
  read: (json) => ({ ok: true, value: json }),
  readText: (text) => ({ ok: true, value: text }),
}

const file: Setting = {
  read: (json) =>
    typeof json === 'string' && json !== '' && json.length <= 4096
      ? { ok: true, value: json }
      : neverOf('the path of a file'),
  readText: (text) => file.read(text),
  // It would have any file of the person's read into a plugin.
  isStricter: () => false,
}

const switchOff = switchSetting({ strict: false })

/** The key under which a project's value is kept. */
export function keyOfProject(key: string): string {
  const [, name, single, project] = isEntryKey.exec(key) ?? []
  return name === undefined || single !== undefined || project !== undefined
    ? key
    : `plugins.${name}.project.${key.slice(`plugins.${name}.`.length)}`
}

/** How a value for one plugin is read; undefined for a key that is none. */
export function entrySetting(key: string): Setting | undefined {
  const [, , single] = isEntryKey.exec(key) ?? []
  if (single === undefined) return isEntryKey.test(key) ? value : undefined
  return single === 'enabled' ? switchOff : file
}

/** What is set for each plugin, by its name or id. */
export function entriesIn(merged: Merged): Readonly<Record<string, PluginEntry>> {
  const entries = new Map<string, PluginEntry>()
  for (const [key, { value: json }] of merged) {
    const [, name, single, project, field, environment, environmentField] =
      isEntryKey.exec(key) ?? []
    if (name === undefined) continue
    const entry = entries.get(name) ?? nothing
    const change = { field, environment, environmentField, json }
    if (project !== undefined)
      entries.set(name, { ...entry, project: withValue(entry.project ?? nothing, change) })
    else
      entries.set(name, {
        ...entry,
        ...(single === 'enabled' ? { enabled: json === true } : {}),
        ...(single === 'configFile' && typeof json === 'string' ? { configFile: json } : {}),
        ...withValue(entry, change),
      })
  }
  return Object.fromEntries(entries)
}

const nothing: PluginEntry = { config: {}, environments: {} }

interface ValueChange {
  readonly field: string | undefined
  readonly environment: string | undefined
  readonly environmentField: string | undefined
  readonly json: JsonValue
}

function withValue(
  { config, environments }: PluginValueSet,
  { field, environment, environmentField, json }: ValueChange,
): PluginValueSet {
  if (field !== undefined) return { config: withField(config, field, json), environments }
  if (environment === undefined || environmentField === undefined) return { config, environments }
  const before = Object.hasOwn(environments, environment) ? environments[environment] : undefined
  return {
    config,
    environments: {
      ...environments,
      [environment]: withField(before ?? {}, environmentField, json),
    },
  }
}

function withField(
  fields: Readonly<Record<string, JsonValue>>,
  name: string,
  json: JsonValue,
): Readonly<Record<string, JsonValue>> {
  return Object.fromEntries([...Object.entries(fields), [name, json]])
}

/** As names of plugins are read elsewhere too. */
function plain(name: string): string {
  return name.toLowerCase().replaceAll('_', '-')
}
