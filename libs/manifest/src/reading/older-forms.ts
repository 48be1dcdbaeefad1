import type { JsonValue } from '@mb/kernel'
import { joinRanges, readRequirement } from '../ranges.ts'
import { isList, isObject } from './json-object.ts'

const runtimes: Readonly<Record<string, string>> = {
  javascript: 'node',
  typescript: 'node',
  nodejs: 'node',
  python3: 'python',
  rust: 'executable',
  go: 'executable',
  webassembly: 'wasm',
}

/** The runtime of a language. */
export function runtimeOfLanguage(language: JsonValue): JsonValue {
  return renamed(language, runtimes)
}

const systems: Readonly<Record<string, string>> = { windows: 'win32', macos: 'darwin' }

/** Systems by Node's names. */
export function platformsByName(list: JsonValue): JsonValue {
  return isList(list) ? list.map((each) => renamed(each, systems)) : list
}

function renamed(text: JsonValue, names: Readonly<Record<string, string>>): JsonValue {
  if (typeof text !== 'string') return text
  const name = text.toLowerCase()
  return (Object.hasOwn(names, name) ? names[name] : undefined) ?? name
}

/** Bytes as the megabytes that hold them. */
export function megabytes(bytes: JsonValue): JsonValue {
  return typeof bytes === 'number' ? Math.ceil(bytes / 1024 / 1024) : bytes
}

/** Commands whose summary is called a description. */
export function commandsWithSummary(list: JsonValue): JsonValue {
  if (!isList(list)) return list
  return list.map((command) => {
    if (!isObject(command) || Object.hasOwn(command, 'summary')) return command
    const { description, ...rest } = command
    return description === undefined ? command : { ...rest, summary: description }
  })
}

const maxShown = 300

/** Optional plugins out of lists, and of groups of lists: one range for each, which fits all that is said of it. */
export function pluginsOfGroups(value: JsonValue): JsonValue {
  const items = isList(value)
    ? value
    : isObject(value) && Object.values(value).every(isList)
      ? Object.values(value).flat()
      : undefined
  if (items === undefined) return value
  const plugins = new Map<string, string>()
  for (const item of items) {
    const read = typeof item === 'string' ? readRequirement(item) : undefined
    // What is no requirement becomes a name that is none: the schema says so.
    const name = read?.name ?? JSON.stringify(item)
    const range = read?.range ?? '*'
    const before = plugins.get(name) ?? '*'
    // What cannot be said as one range is none: the schema says so.
    plugins.set(name, joinRanges(before, range) ?? `${before} and ${range}`.slice(0, maxShown))
  }
  return Object.fromEntries(plugins)
}
