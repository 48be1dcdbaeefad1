import { writeFileAtomic } from '@mb/kernel'
import { neutralText, type ValueDeclaration } from '@mb/manifest'
import {
  commandIndexText,
  readCommandIndex,
  type CommandIndex,
  type IndexedCommand,
} from '../command-index.ts'
import type { HomeLayout } from './home-layout.ts'
import type { PluginRecord } from './plugin-record.ts'
import type { State } from './state.ts'

/** Writes the index of a state, unless there is one of it. */
export async function mendCommandIndex(layout: HomeLayout, state: State): Promise<void> {
  if (!isIndexCurrent(layout, state)) await writeCommandIndex(layout, state)
}

/** Whether the index on disk was made from a state. */
export function isIndexCurrent(layout: HomeLayout, state: State): boolean {
  return readCommandIndex(layout.home).generation === state.generation
}

/** Writes the index of a state. */
export async function writeCommandIndex(layout: HomeLayout, state: State): Promise<void> {
  await writeFileAtomic(layout.index, commandIndexText(commandIndex(state)), { mode: 0o600 })
}

/** The commands of all enabled plugins. */
export function commandIndex({ generation, plugins }: State): CommandIndex {
  const commands = plugins.filter(({ enabled }) => enabled).flatMap(commandsOf)
  return {
    generation,
    commands: commands.toSorted((a, b) => (a.word < b.word ? -1 : 1)),
  }
}

function commandsOf({ id, manifest, words }: PluginRecord): readonly IndexedCommand[] {
  return manifest.commands.map((command) => ({
    word: words[command.name] ?? command.name,
    plugin: id,
    version: manifest.version,
    command: command.name,
    summary: neutralText(command.summary),
    arguments: command.arguments.map(calm),
    options: command.options.map(calm),
  }))
}

function calm<T extends ValueDeclaration>(declaration: T): T {
  return declaration.summary === undefined
    ? declaration
    : { ...declaration, summary: neutralText(declaration.summary) }
}
