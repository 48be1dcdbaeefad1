import { readCommandIndex, type IndexedCommand } from '@mb/plugin-core/command-index'
import { installedPlugins, signingKeys } from './completion/installed-names.ts'
import type { ArgumentData, CommandData, GroupData, OptionData } from './commands/command-data.ts'
import { commands, groups, hiddenCommands } from './commands/index.ts'
import { plain } from './output/plain.ts'

/** What may be typed after `mb`: the built-in commands and those of installed plugins. */
export interface Catalogue {
  /** The command of exactly these words. */
  findCommand(path: readonly string[]): CommandData | undefined
  /** A command by the plugin's id or bare name and its own; undefined when plugins share the bare name. */
  findPluginCommand(plugin: string, name: string): CommandData | undefined
  /** The group of exactly these words. */
  findGroup(path: readonly string[]): GroupData | undefined
  /** Groups directly below some words. */
  groupsBelow(path: readonly string[]): readonly GroupData[]
  /** Commands directly below some words; plugin commands are below none. */
  commandsBelow(path: readonly string[]): readonly CommandData[]
  /** What there is to name in this home. */
  namesOf(kind: 'plugin' | 'key'): readonly string[]
}

/** First words that no plugin may take. */
export const reservedWords: readonly string[] = [
  ...new Set([...commands, ...groups].flatMap((each) => each.path.slice(0, 1))),
]

/** Opens the catalogue of a home. Plugin commands are read when they are first asked for. */
export function openCatalogue(home: string): Catalogue {
  let fromPlugins: readonly CommandData[] | undefined
  const pluginCommands = (): readonly CommandData[] => (fromPlugins ??= readPluginCommands(home))
  return {
    findCommand: (path) =>
      [...commands, ...hiddenCommands].find((command) =>
        namesOf(command).some((names) => isSamePath(names, path)),
      ) ??
      // Where no plugin can have the word, their index is not read.
      (path.length === 1 && !reservedWords.includes(path[0] ?? '')
        ? pluginCommands().find((command) => isSamePath(command.path, path))
        : undefined),
    findPluginCommand: (plugin, name) => {
      const [found, ...more] = pluginCommands().filter(
        ({ plugin: source }) =>
          source?.command === name && (source.id === plugin || bareName(source.id) === plugin),
      )
      if (found === undefined || more.length > 0) return undefined
      return { ...found, path: ['plugin', 'run', plugin, name] }
    },
    findGroup: (path) => groups.find((group) => isSamePath(group.path, path)),
    groupsBelow: (path) => groups.filter((group) => isBelow(group.path, path)),
    commandsBelow: (path) => [
      ...commands.filter((command) => isBelow(command.path, path)),
      ...(path.length === 0 ? pluginCommands() : []),
    ],
    namesOf: (kind) => (kind === 'plugin' ? installedPlugins(home) : signingKeys(home)),
  }
}

/** A plugin's command as data, its words made safe to print. */
export function pluginCommandData(indexed: IndexedCommand): CommandData {
  return {
    path: [indexed.word],
    summary: plain(indexed.summary),
    arguments: indexed.arguments.map(argumentData),
    options: indexed.options.filter((option) => isOptionName(option.name)).map(optionData),
    examples: [],
    plugin: { id: indexed.plugin, command: indexed.command },
  }
}

function readPluginCommands(home: string): readonly CommandData[] {
  return readCommandIndex(home)
    .commands.filter((indexed) => isWord(indexed.word) && !reservedWords.includes(indexed.word))
    .map(pluginCommandData)
}

type IndexedArgument = IndexedCommand['arguments'][number]
type IndexedOption = IndexedCommand['options'][number]

function argumentData(declared: IndexedArgument): ArgumentData {
  return {
    ...valueData(declared),
    required: declared.required,
    variadic: declared.variadic,
  }
}

function optionData(declared: IndexedOption): OptionData {
  return {
    ...valueData(declared),
    ...(declared.short === undefined ? {} : { short: declared.short }),
    ...(declared.type === 'boolean' ? {} : { value: declared.type.toUpperCase() }),
    isRequired: declared.required,
  }
}

function valueData(declared: IndexedArgument | IndexedOption): {
  name: string
  summary: string
  choices?: readonly string[]
  default?: string
  completes?: 'file' | 'dir'
} {
  const { type } = declared
  return {
    name: plain(declared.name),
    summary: plain(declared.summary ?? ''),
    ...(declared.choices === undefined ? {} : { choices: declared.choices.map(plain) }),
    // That a switch is off says itself.
    ...(declared.default === undefined || type === 'boolean'
      ? {}
      : { default: plain(shown(declared.default)) }),
    ...(type === 'file' || type === 'dir' ? { completes: type } : {}),
  }
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function bareName(id: string): string {
  return id.slice(id.indexOf('/') + 1)
}

function isWord(word: string): boolean {
  return /^[a-z][a-z0-9:-]{0,127}$/.test(word)
}

function isOptionName(name: string): boolean {
  return /^[a-z][a-z0-9-]{0,63}$/.test(name)
}

function namesOf(command: CommandData): readonly (readonly string[])[] {
  const above = command.path.slice(0, -1)
  return [command.path, ...(command.aliases ?? []).map((alias) => [...above, alias])]
}

function isSamePath(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((word, at) => word === b[at])
}

function isBelow(path: readonly string[], above: readonly string[]): boolean {
  return path.length === above.length + 1 && above.every((word, at) => word === path[at])
}
