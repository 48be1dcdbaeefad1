import {
  readCommandIndex,
  readCommandWords,
  type CommandWords,
  type IndexedCommand,
} from '@mb/plugin-core/command-index'
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
  /** Built-in commands directly below some words. */
  commandsBelow(path: readonly string[]): readonly CommandData[]
  /** What plugins let somebody type; the first of it, when only so many are wanted. */
  pluginWords(most?: number): readonly PluginWord[]
  /** How many words plugins let somebody type. */
  countPluginWords(): number
  /** The commands of plugins, each of them understood. */
  pluginCommands(): readonly CommandData[]
  /** What there is to name in this home. */
  namesOf(kind: 'plugin' | 'key'): readonly string[]
}

/** A word of a plugin's command, made safe to print. */
export type PluginWord = Pick<CommandData, 'path' | 'summary'> &
  Required<Pick<CommandData, 'plugin'>>

/** First words that no plugin may take. */
export const reservedWords: readonly string[] = [
  ...new Set([...commands, ...groups].flatMap((each) => each.path.slice(0, 1))),
]

const reserved: ReadonlySet<string> = new Set(reservedWords)

/** Opens the catalogue of a home. What plugins bring is read when it is first asked for. */
export function openCatalogue(home: string): Catalogue {
  let read: CommandWords | undefined
  const words = (): CommandWords => (read ??= readCommandWords(home))
  return {
    findCommand: (path) =>
      [...commands, ...hiddenCommands].find((command) =>
        namesOf(command).some((names) => isSamePath(names, path)),
      ) ?? findWord(path, words),
    findPluginCommand: (plugin, name) => {
      const [found, ...more] = words()
        .list()
        .filter(
          (each) =>
            isFree(each.word) &&
            each.command === name &&
            (each.plugin === plugin || bareName(each.plugin) === plugin),
        )
      const command = found === undefined ? undefined : words().find(found.word)
      if (command === undefined || more.length > 0) return undefined
      return { ...pluginCommandData(command), path: ['plugin', 'run', plugin, name] }
    },
    findGroup: (path) => groups.find((group) => isSamePath(group.path, path)),
    groupsBelow: (path) => groups.filter((group) => isBelow(group.path, path)),
    commandsBelow: (path) => commands.filter((command) => isBelow(command.path, path)),
    countPluginWords: () => words().count,
    pluginWords: (most) =>
      words()
        .list(most)
        .filter(({ word }) => isFree(word))
        .map(({ word, summary, plugin, command }) => ({
          path: [word],
          summary: plain(summary),
          plugin: { id: plugin, command },
        })),
    pluginCommands: () =>
      readCommandIndex(home)
        .commands.filter(({ word }) => isFree(word))
        .map(pluginCommandData),
    namesOf: (kind) => (kind === 'plugin' ? installedPlugins(home) : signingKeys(home)),
  }
}

/** Where no plugin can have the word, their index is not read. */
function findWord(
  [word = '', ...more]: readonly string[],
  words: () => CommandWords,
): CommandData | undefined {
  const found = more.length === 0 && isFree(word) ? words().find(word) : undefined
  return found === undefined ? undefined : pluginCommandData(found)
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

/** Whether a word is one, and none of ours. */
function isFree(word: string): boolean {
  return /^[a-z][a-z0-9:-]{0,127}$/.test(word) && !reserved.has(word)
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
