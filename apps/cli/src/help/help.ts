import type { Catalogue } from '../catalogue.ts'
import type { CommandData, GroupData, OptionData } from '../commands/command-data.ts'
import { globalOptions, versionOption } from '../commands/global-options.ts'
import { globalOptionsBeside } from '../start/locate.ts'
import { columns, wrap } from './layout.ts'

/** How a heading is written; the default leaves it as it is. */
export interface HelpStyle {
  readonly heading?: (text: string) => string
}

/** What `mb` itself is, seen as the group of all commands. */
export const rootGroup: GroupData = { path: [], summary: 'plugins that cannot hurt' }

/** The help of a command. */
export function commandHelp(command: CommandData, style: HelpStyle = {}): string {
  const heading = style.heading ?? ((text) => text)
  const name = `mb ${command.path.join(' ')}`
  const section = (title: string, rows: readonly (readonly [string, string])[]): string[] =>
    rows.length === 0 ? [] : ['', heading(title), ...columns(rows)]
  return lines(
    ...wrap(sentence(command.summary)),
    ...(command.description === undefined ? [] : ['', ...wrap(command.description)]),
    ...(command.plugin === undefined ? [] : ['', `A command of the plugin ${command.plugin.id}.`]),
    '',
    heading('Usage'),
    ...wrap(usage(name, command), '  ', '      '),
    ...section(
      'Arguments',
      command.arguments.map((each) => [argumentLabel(each), noted(each)] as const),
    ),
    ...section(
      'Options',
      command.options.map((each) => [optionLabel(each), noted(each)] as const),
    ),
    ...section(
      'Options of every command',
      globalOptionsBeside(command).map((each) => [optionLabel(each), noted(each)] as const),
    ),
    ...examples(command, heading),
    ...section(
      'Exit codes',
      (command.exitCodes ?? []).map((each) => [each.code, each.meaning] as const),
    ),
    ...(command.aliases === undefined
      ? []
      : ['', `Also: ${command.aliases.map((alias) => aliasName(command, alias)).join(', ')}`]),
  )
}

/** The help of a group of commands, or of `mb` itself when the path is empty. */
export function groupHelp(
  group: GroupData,
  catalogue: Catalogue,
  version: string,
  style: HelpStyle = {},
): string {
  const heading = style.heading ?? ((text) => text)
  const isRoot = group.path.length === 0
  const name = ['mb', ...group.path].join(' ')
  const groups = catalogue
    .groupsBelow(group.path)
    .map((each) => [each.path.at(-1) ?? '', each.summary] as const)
  const commands = catalogue.commandsBelow(group.path).map((each) => commandRow(each))
  // At the top nearly all is in groups; in a group its own commands are what somebody looks for.
  const rows = isRoot ? [...groups, ...commands] : [...commands, ...groups]
  const ofPlugins = isRoot ? catalogue.pluginWords(mostShown) : []
  const others = isRoot ? catalogue.countPluginWords() - ofPlugins.length : 0
  const options = isRoot ? [...globalOptions, versionOption] : globalOptions
  return lines(
    ...wrap(isRoot ? `mb ${version}: ${group.summary}` : sentence(group.summary)),
    '',
    heading('Usage'),
    `  ${name} COMMAND [OPTION]...`,
    '',
    heading('Commands'),
    ...columns(rows),
    ...(ofPlugins.length === 0
      ? []
      : [
          '',
          heading('Commands of plugins'),
          ...columns(
            ofPlugins.map(
              (each) => [each.path.join(' '), `${each.summary} (${each.plugin.id})`] as const,
            ),
          ),
          ...(others > 0 ? [`  … and ${others} more: mb plugin list names them`] : []),
        ]),
    '',
    heading('Options of every command'),
    ...columns(options.map((each) => [optionLabel(each), each.summary] as const)),
    '',
    `${name} COMMAND --help explains a command.`,
  )
}

// Who has more of them finds none by reading.
const mostShown = 100

function lines(...all: readonly string[]): string {
  return `${all.join('\n')}\n`
}

function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`
}

function commandRow(command: CommandData): readonly [string, string] {
  const words = command.arguments
    .filter((each) => each.required === true)
    .map((each) => each.name.toUpperCase())
  return [[command.path.at(-1) ?? '', ...words].join(' '), command.summary]
}

function aliasName(command: CommandData, alias: string): string {
  return ['mb', ...command.path.slice(0, -1), alias].join(' ')
}

function usage(name: string, command: CommandData): string {
  const required = command.options
    .filter((each) => each.isRequired === true)
    .map((each) => optionLabel({ name: each.name, summary: '', value: each.value ?? '' }).trim())
  const words = command.arguments.map((each) => {
    const word = `${each.name.toUpperCase()}${each.variadic === true ? '...' : ''}`
    return each.required === true ? word : `[${word}]`
  })
  const separator = command.isPassThrough === true && command.plugin === undefined ? ['--'] : []
  const isJail = command.path[0] === 'sandbox'
  return [name, '[OPTION]...', ...required, ...(isJail ? separator : []), ...words].join(' ')
}

function argumentLabel(argument: CommandData['arguments'][number]): string {
  return `${argument.name.toUpperCase()}${argument.variadic === true ? '...' : ''}`
}

function optionLabel(option: OptionData): string {
  const short = option.short === undefined ? '    ' : `-${option.short}, `
  const value =
    option.value === undefined
      ? ''
      : option.isValueOptional === true
        ? ` [${option.value}]`
        : ` ${option.value}`
  return `${short}--${option.name}${value}`
}

interface Noted {
  readonly summary: string
  readonly choices?: readonly string[]
  readonly default?: string
  readonly required?: boolean
  readonly isRequired?: boolean
  readonly isRepeatable?: boolean
}

function noted(value: Noted): string {
  const notes = [
    ...(value.isRequired === true ? ['required'] : []),
    ...(value.isRepeatable === true ? ['may be given again'] : []),
    ...(value.choices === undefined ? [] : [`one of ${value.choices.join(', ')}`]),
    ...(value.default === undefined ? [] : [`default: ${value.default}`]),
  ]
  return notes.length === 0 ? value.summary : `${value.summary} (${notes.join('; ')})`
}

function examples(command: CommandData, heading: (text: string) => string): readonly string[] {
  if (command.examples.length === 0) return []
  return [
    '',
    heading('Examples'),
    ...command.examples.flatMap((each) => [
      `  ${each.command}`,
      ...(each.summary === '' ? [] : [`      ${each.summary}`]),
    ]),
  ]
}
