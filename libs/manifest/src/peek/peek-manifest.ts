import { isPluginId, isPluginName } from '../names.ts'
import { isPlatform } from '../platforms/platforms.ts'
import { pluginTypes, typeOf } from '../plugin-type.ts'
import type { ManifestFormat } from '../reading/parse-document.ts'
import { readLightJson } from './light-json.ts'
import { readLightYaml, type LightDocument, type LightValue, type Wanted } from './light-yaml.ts'
import type { ManifestFacts } from './manifest-facts.ts'

/**
 * What is shown of a plugin, out of its manifest's text, as far as that is plain to see. Loads neither the schema nor a
 * parser: what it says is what a full reading says of a manifest that is in order, and it does not say that one is.
 *
 * @returns undefined when a full reading has to say: `checkManifest()` of `@mb/manifest`
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { peekManifest } from '@mb/manifest/peek'
 *
 * const facts = peekManifest('name: notes\nversion: 1.0.0\ndescription: Takes notes\nauthor: Acme\nentry: index.mjs\n')
 * assert.equal(facts?.type, 'extension')
 * assert.equal(peekManifest('name: notes\nversion: one\n'), undefined)
 * ```
 */
export function peekManifest(
  text: string,
  format: ManifestFormat = 'yaml',
): ManifestFacts | undefined {
  const read = format === 'json' ? readLightJson : readLightYaml
  const document = read(text.replace(/^\uFEFF/, ''), (key) => wantedOf(keyOf(key)))
  return document === undefined ? undefined : factsIn(document)
}

/** Every key of a manifest, and how its value is wanted. What is not here is left to a full reading. */
export const wantedKeys: Readonly<Record<string, Wanted>> = {
  $schema: 'extent',
  name: 'text',
  version: 'text',
  description: 'text',
  author: 'text',
  type: 'text',
  license: 'text',
  entry: 'text',
  runtime: 'extent',
  engines: 'extent',
  platforms: 'list',
  plugins: 'map',
  optionalPlugins: 'map',
  dependencies: 'extent',
  capabilities: 'list',
  keywords: 'list',
  categories: 'list',
  homepage: 'extent',
  repository: 'extent',
  documentation: 'extent',
  email: 'extent',
  commands: 'extent',
  hooks: 'extent',
  completions: 'extent',
  menu: 'extent',
  provides: 'extent',
  requires: 'extent',
  configSchema: 'extent',
  environments: 'extent',
  permissions: 'extent',
  optionalPermissions: 'extent',
  limits: 'extent',
  update: 'extent',
}

/** The older names that are met most, of keys whose value is said there as it is here. */
const olderNames: Readonly<Record<string, string>> = {
  entry_point: 'entry',
  config_schema: 'configSchema',
  tags: 'keywords',
  author_email: 'email',
  min_milkbottle_version: 'engines',
  max_milkbottle_version: 'engines',
  python_version: 'engines',
}

function keyOf(key: string): string {
  return Object.hasOwn(olderNames, key) ? (olderNames[key] ?? key) : key
}

function wantedOf(key: string): Wanted | undefined {
  return Object.hasOwn(wantedKeys, key) ? wantedKeys[key] : undefined
}

function factsIn(document: LightDocument): ManifestFacts | undefined {
  try {
    return factsFrom(new Parts(document))
  } catch (error) {
    if (error instanceof Unclear) return undefined
    throw error
  }
}

function factsFrom(parts: Parts): ManifestFacts {
  const name = parts.line('name', 64).toLowerCase().replaceAll('_', '-')
  const version = parts.line('version', 128)
  if (!isPluginName(name) || !semanticVersion.test(version)) throw new Unclear()
  // Its own form is not looked at, but without one there is no plugin.
  parts.line('entry', 4096)
  return {
    name,
    version,
    description: parts.line('description', 2000),
    author: parts.line('author', 200),
    ...(parts.has('license') ? { license: parts.line('license', 200) } : {}),
    type: typeIn(parts),
    capabilities: parts.list('capabilities', isLabel),
    keywords: parts.list('keywords', isLabel),
    categories: parts.list('categories', isLabel),
    platforms: parts.list('platforms', isPlatform),
    plugins: parts.map('plugins', isDependency),
    optionalPlugins: parts.map('optionalPlugins', isDependency),
  }
}

/** The parts of a document under their present names; what is not as it was expected is {@link Unclear}. */
class Parts {
  readonly #values = new Map<string, LightValue>()

  constructor(document: LightDocument) {
    for (const [key, value] of document) {
      const name = keyOf(key)
      // Several older names make one range of `engines`.
      if (this.#values.has(name) && name !== 'engines') throw new Unclear()
      this.#values.set(name, value)
    }
  }

  has(key: string): boolean {
    return this.#values.has(key)
  }

  isEmpty(key: string): boolean {
    const value = this.#values.get(key)
    return value?.kind !== 'extent' || value.isEmpty
  }

  line(key: string, maxLength: number): string {
    const value = this.#values.get(key)
    if (value?.kind !== 'text' || !isLine(value.text, maxLength)) throw new Unclear()
    return value.text
  }

  list<T extends string>(key: string, isItem: (item: string) => item is T): readonly T[] {
    const value = this.#values.get(key)
    if (value === undefined) return []
    if (value.kind !== 'list' || value.items.length > 64) throw new Unclear()
    const items = value.items.filter(isItem)
    if (items.length < value.items.length) throw new Unclear()
    return items
  }

  map(
    key: string,
    isPair: (name: string, text: string) => boolean,
  ): Readonly<Record<string, string>> {
    const value = this.#values.get(key)
    if (value === undefined) return {}
    if (value.kind !== 'map') throw new Unclear()
    for (const [name, text] of Object.entries(value.pairs))
      if (!isPair(name, text)) throw new Unclear()
    return value.pairs
  }
}

/** What a full reading has to say. */
class Unclear extends Error {}

// https://semver.org, "Is there a suggested regular expression?"; numbers as long as the library reads them. What comes
// after a "+" is left to that.
const semanticVersion =
  /^(?:0|[1-9]\d{0,14})\.(?:0|[1-9]\d{0,14})\.(?:0|[1-9]\d{0,14})(?:-(?:0|[1-9]\d{0,14}|\d*[A-Za-z-][\dA-Za-z-]*)(?:\.(?:0|[1-9]\d{0,14}|\d*[A-Za-z-][\dA-Za-z-]*))*)?$/

function isLine(text: string, maxLength: number): boolean {
  return text.length <= maxLength && /\S/.test(text) && !/\p{Cc}/u.test(text)
}

function isLabel(text: string): text is string {
  return isLine(text, 80)
}

function typeIn(parts: Parts): ManifestFacts['type'] {
  if (parts.has('type')) {
    const named = parts.line('type', 64)
    const type = pluginTypes.find((each) => each === named)
    if (type === undefined) throw new Unclear()
    return type
  }
  const some = (key: string): readonly unknown[] => (parts.isEmpty(key) ? [] : [key])
  return typeOf({
    commands: some('commands'),
    hooks: some('hooks'),
    completions: some('completions'),
  })
}

// What only Python writes becomes semver's form in a full reading.
const semverRange = /^[\w.^~<>=*|+-](?:[\w.^~<>=*|+ -]{0,254}[\w.*])?$/
const pythonMark = /~=|==/

function isDependency(id: string, range: string): boolean {
  return (isPluginId(id) || isPluginName(id)) && semverRange.test(range) && !pythonMark.test(range)
}
