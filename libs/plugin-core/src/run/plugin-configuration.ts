import { resolve } from 'node:path'
import { inHome, nearestName, type JsonValue } from '@mb/kernel'
import { whyWrongValue, type ConfigField, type Manifest } from '@mb/manifest'
import { isGroup } from '../configuration/json-shape.ts'
import type { PluginEntry, PluginValueSet } from '../configuration/plugin-entry.ts'
import type { PluginsConfiguration } from '../configuration/plugin-settings.ts'
import { PluginError } from '../plugin-error.ts'

/** What the person set for plugins, as far as a run goes by it. */
export type PluginChoices = Pick<PluginsConfiguration, 'enabled' | 'entries' | 'environment'>

/** Values of fields, and who set them, as people are told. */
interface ValueLayer {
  readonly values: Readonly<Record<string, JsonValue>>
  readonly source: string
}

/** Values of a plugin's fields, by name. */
export type PluginValues = Readonly<Record<string, JsonValue>>

/** What {@link pluginConfiguration} goes by. */
export interface PluginConfigurationOptions {
  readonly id: string
  readonly manifest: Pick<Manifest, 'name' | 'configSchema' | 'environments'>
  readonly plugins: Pick<PluginsConfiguration, 'entries' | 'environment'>
  /** Where a `configFile` that is not absolute stands: the home folder of MilkBottle. */
  readonly home: string
}

/**
 * The configuration that a plugin gets: defaults of its fields < those of the environment < what a project sets, unless the
 * person gave it a secret < `configFile` < `config` < the settings of the environment; what is set for its name, then for
 * its id. Nothing reaches a plugin that does not fit
 * the schema of its manifest.
 *
 * @throws PluginError `MB_PLUGIN_CONFIG`; `MB_CONFIG_…` for a file that cannot be read
 */
export async function pluginConfiguration(
  options: PluginConfigurationOptions,
): Promise<PluginValues> {
  const { id, manifest } = options
  const fields = new Map(Object.entries(manifest.configSchema))
  const values = new Map<string, JsonValue>()
  for (const layer of await layersOf(options)) {
    for (const [name, value] of Object.entries(layer.values)) {
      checkValue(value, { id, name, field: fields.get(name), fields, source: layer.source })
      values.set(name, value)
    }
  }
  for (const [name, { required }] of fields)
    if (required && !values.has(name)) throw missing(id, name)
  return Object.fromEntries(values)
}

/**
 * Refuses a plugin that the settings switch off.
 *
 * @throws PluginError `MB_PLUGIN_DISABLED`
 */
export function checkSwitchedOn(
  { id, name }: { readonly id: string; readonly name: string },
  { enabled, entries }: Pick<PluginChoices, 'enabled' | 'entries'>,
): void {
  const isOff = entriesOf(id, name, entries).some((entry) => entry.enabled === false)
  if (enabled && !isOff) return
  throw new PluginError('MB_PLUGIN_DISABLED', `Cannot run "${id}": the settings switch it off`, {
    hint: `See where by mb config show: plugins${enabled ? `.${id}` : ''}.enabled`,
  })
}

async function layersOf({
  id,
  manifest,
  plugins,
  home,
}: PluginConfigurationOptions): Promise<readonly ValueLayer[]> {
  const { environment } = plugins
  const layers: ValueLayer[] = [
    { values: defaultsOf(manifest.configSchema), source: 'its manifest' },
    { values: ownOf(manifest.environments, environment), source: 'its manifest' },
  ]
  const entries = entriesOf(id, manifest.name, plugins.entries)
  const own = (
    await Promise.all(entries.map((entry) => layersOfPerson(entry, home, environment)))
  ).flat()
  // With a secret it could be told to send that elsewhere.
  if (!hasSecret(manifest, own))
    for (const { project } of entries)
      layers.push(...layersOfSet(project, environment, 'the project'))
  return [...layers, ...own]
}

async function layersOfPerson(
  entry: PluginEntry,
  home: string,
  environment: string,
): Promise<readonly ValueLayer[]> {
  const file = entry.configFile === undefined ? [] : [await fileLayer(entry.configFile, home)]
  return [...file, ...layersOfSet(entry, environment, 'the settings')]
}

function layersOfSet(
  set: PluginValueSet | undefined,
  environment: string,
  source: string,
): readonly ValueLayer[] {
  if (set === undefined) return []
  return [
    { values: set.config, source },
    {
      values: ownOf(set.environments, environment),
      source: `${source} of environment "${environment}"`,
    },
  ]
}

function hasSecret(
  { configSchema }: Pick<Manifest, 'configSchema'>,
  layers: readonly ValueLayer[],
): boolean {
  return layers.some(({ values }) =>
    Object.keys(values).some(
      (name) => Object.hasOwn(configSchema, name) && configSchema[name]?.type === 'secret',
    ),
  )
}

function entriesOf(
  id: string,
  name: string,
  entries: PluginsConfiguration['entries'],
): readonly PluginEntry[] {
  return [name, id].flatMap((key) => {
    const entry = Object.hasOwn(entries, key) ? entries[key] : undefined
    return entry === undefined ? [] : [entry]
  })
}

function defaultsOf(schema: Manifest['configSchema']): Readonly<Record<string, JsonValue>> {
  return Object.fromEntries(
    Object.entries(schema).flatMap(([name, field]) =>
      field.default === undefined ? [] : [[name, field.default]],
    ),
  )
}

function ownOf(
  environments: Manifest['environments'],
  environment: string,
): Readonly<Record<string, JsonValue>> {
  return Object.hasOwn(environments, environment) ? (environments[environment] ?? {}) : {}
}

async function fileLayer(path: string, home: string): Promise<ValueLayer> {
  const { readConfigurationFile } = await import('../configuration/configuration-file.ts')
  const file = resolve(home, inHome(path))
  const parsed = await readConfigurationFile(file)
  if (parsed === undefined) {
    throw new PluginError('MB_CONFIG_NOT_FOUND', `Cannot read "${file}": there is no such file`, {
      hint: 'It is named by configFile in your settings',
    })
  }
  const { value } = parsed
  if (isGroup(value)) return { values: value, source: file }
  throw new PluginError('MB_CONFIG_VALUE', `Cannot use "${file}": it has to be a group of values`)
}

interface Place {
  readonly id: string
  readonly name: string
  readonly field: ConfigField | undefined
  readonly fields: ReadonlyMap<string, ConfigField>
  readonly source: string
}

function checkValue(value: JsonValue, { id, name, field, fields, source }: Place): void {
  if (field === undefined) {
    const nearest = nearestName(name, fields.keys())
    throw new PluginError(
      'MB_PLUGIN_CONFIG',
      `Cannot run "${id}": it has no field "${name}", which ${source} set`,
      {
        hint: nearest === undefined ? hintOf([...fields.keys()]) : `Did you mean "${nearest}"?`,
        details: { field: name },
      },
    )
  }
  const wrong = whyWrongValue(value, field)
  if (wrong === undefined) return
  // The value itself stays out: it may be a secret.
  throw new PluginError(
    'MB_PLUGIN_CONFIG',
    `Cannot run "${id}": the value of "${name}" in ${source} is ${wrong}`,
    { hint: `Change plugins.${id}.config.${name} in your settings`, details: { field: name } },
  )
}

function hintOf(names: readonly string[]): string {
  return names.length === 0 ? 'It has no fields' : `Its fields are ${names.join(', ')}`
}

function missing(id: string, name: string): PluginError {
  return new PluginError(
    'MB_PLUGIN_CONFIG',
    `Cannot run "${id}": its field "${name}" is required, and nobody set it`,
    { hint: `Set plugins.${id}.config.${name} in your settings`, details: { field: name } },
  )
}
