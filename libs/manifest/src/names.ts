import { ManifestError } from './manifest-error.ts'

declare const brand: unique symbol

/** A checked plugin name: a lower-case letter, then letters, digits and `-`; at most 64 in all. */
export type PluginName = string & { readonly [brand]: 'PluginName' }

/** A checked plugin id: `namespace/name`. */
export type PluginId = string & { readonly [brand]: 'PluginId' }

const shape = /^[a-z][a-z0-9-]{0,63}$/

// Folders of these names cannot be made on Windows, and a plugin's name is a folder.
const reserved = /^(?:con|prn|aux|nul|com[1-9]|lpt[1-9])$/

/** Whether a text is a plugin name as it is stored; see {@link parsePluginName} for what is read. */
export function isPluginName(text: string): text is PluginName {
  return shape.test(text) && !reserved.test(text)
}

/**
 * Reads a plugin name or namespace: capitals become small and `_` becomes `-`.
 *
 * @throws ManifestError `MB_NAME_INVALID`
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { parsePluginName } from '@mb/manifest'
 *
 * assert.equal(parsePluginName('Example_Plugin'), 'example-plugin')
 * ```
 */
export function parsePluginName(text: string): PluginName {
  const name = text.toLowerCase().replaceAll('_', '-')
  if (isPluginName(name)) return name
  throw new ManifestError(
    'MB_NAME_INVALID',
    `Cannot use plugin name ${quote(text)}: ${why(name)}`,
    {
      hint: 'Start with a letter, then use letters, digits and "-", 64 at most',
    },
  )
}

/** The id of a plugin in a namespace; both are read as {@link parsePluginName} reads. */
export function pluginId(namespace: string, name: string): PluginId {
  const id: string = `${parsePluginName(namespace)}/${parsePluginName(name)}`
  if (isPluginId(id)) return id
  throw new TypeError(`Cannot make a plugin id of ${quote(namespace)} and ${quote(name)}`)
}

/** Whether a text is a plugin id as it is stored. */
export function isPluginId(text: string): text is PluginId {
  const [namespace, name, ...rest] = text.split('/')
  return (
    namespace !== undefined &&
    name !== undefined &&
    rest.length === 0 &&
    isPluginName(namespace) &&
    isPluginName(name)
  )
}

/**
 * Reads `namespace/name`.
 *
 * @throws ManifestError `MB_NAME_INVALID`
 */
export function parsePluginId(text: string): {
  readonly id: PluginId
  readonly namespace: PluginName
  readonly name: PluginName
} {
  const [first, second, ...rest] = text.split('/')
  if (first === undefined || second === undefined || rest.length > 0) {
    throw new ManifestError(
      'MB_NAME_INVALID',
      `Cannot use plugin id ${quote(text)}: it is not "namespace/name"`,
      { hint: 'Write the namespace, one "/" and the name, as in acme/pdf' },
    )
  }
  const namespace = parsePluginName(first)
  const name = parsePluginName(second)
  return { id: pluginId(namespace, name), namespace, name }
}

function why(name: string): string {
  if (name === '') return 'it is empty'
  if (name.length > 64) return `it has ${name.length} characters`
  if (reserved.test(name)) return 'Windows reserves it'
  return 'it holds other characters than letters, digits and "-", or starts with none of the letters'
}

function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)
}
