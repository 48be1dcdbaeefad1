import { nearestName } from '@mb/kernel'
import { Argument, Command, CommanderError, Option } from 'commander'
import { CliError } from '../cli-error.ts'
import type { ArgumentData, CommandData, OptionData } from '../commands/command-data.ts'
import { globalOptions } from '../commands/global-options.ts'
import { globalOptionsBeside, type Located } from '../start/locate.ts'
import { Invocation, type Given } from './invocation.ts'
import { settingsFrom, type Settings } from './settings.ts'

/** A command line that was understood. */
export interface ParsedCommand {
  readonly invocation: Invocation
  readonly settings: Settings
}

/**
 * Reads the arguments and options of a command by its data.
 *
 * @throws CliError `MB_CLI_USAGE`
 */
export function parseCommand(command: CommandData, located: Located): ParsedCommand {
  const free = globalOptionsBeside(command)
  const before = parse(located.globals, { name: 'mb', arguments: [], options: globalOptions })
  const after = parse(located.rest, {
    name: `mb ${command.path.join(' ')}`,
    arguments: command.arguments,
    options: [...command.options, ...free],
    isPassThrough: command.isPassThrough === true,
  })
  const own = new Map(
    [...after.options].filter(([name]) => command.options.some((option) => option.name === name)),
  )
  const global = [...after.options].filter(([name]) => free.some((option) => option.name === name))
  const settings = settingsFrom(new Map([...before.options, ...global]))
  return {
    invocation: new Invocation(after.arguments, own),
    settings: {
      ...settings,
      isJson: settings.isJson || command.options.some((option) => meansJson(option, own)),
    },
  }
}

function meansJson({ name, jsonChoice }: OptionData, given: ReadonlyMap<string, Given>): boolean {
  return jsonChoice !== undefined && given.get(name) === jsonChoice
}

/** Reads global options alone, for a line that names no command. */
export function parseGlobals(words: readonly string[]): Settings {
  return settingsFrom(parse(words, { name: 'mb', arguments: [], options: globalOptions }).options)
}

interface Shape {
  readonly name: string
  readonly arguments: readonly ArgumentData[]
  readonly options: readonly OptionData[]
  readonly isPassThrough?: boolean
}

interface Read {
  readonly arguments: ReadonlyMap<string, Given>
  readonly options: ReadonlyMap<string, Given>
}

function parse(words: readonly string[], shape: Shape): Read {
  const command = new Command(shape.name)
    .exitOverride()
    .configureOutput({ writeOut: () => {}, writeErr: () => {} })
    .showSuggestionAfterError(false)
    .helpOption(false)
    .allowExcessArguments(false)
    .passThroughOptions(shape.isPassThrough === true)
  const options = shape.options.map((data) => ({ data, option: toOption(data) }))
  for (const { option } of options) command.addOption(option)
  for (const data of shape.arguments) command.addArgument(toArgument(data))
  try {
    command.parse([...words], { from: 'user' })
  } catch (error) {
    throw error instanceof CommanderError ? usageError(error, shape) : error
  }
  const read = {
    arguments: new Map(
      shape.arguments.flatMap((data, at) => entry(data.name, command.processedArgs[at])),
    ),
    options: new Map(
      options.flatMap(({ data, option }) => {
        const name = option.attributeName()
        const isGiven = command.getOptionValueSource(name) === 'cli'
        if (!isGiven) return entry(data.name, data.default)
        const value: unknown = command.getOptionValue(name)
        // commander keeps `--no-x` and `--x` under one name
        if (typeof value === 'boolean')
          return value === !option.negate ? entry(data.name, true) : []
        return entry(data.name, value)
      }),
    ),
  }
  for (const data of shape.arguments) checkChoice(label(data), data, read.arguments, shape)
  for (const data of shape.options) checkChoice(`--${data.name}`, data, read.options, shape)
  return read
}

function checkChoice(
  name: string,
  data: ArgumentData | OptionData,
  given: ReadonlyMap<string, Given>,
  shape: Shape,
): void {
  const value = given.get(data.name)
  const { choices } = data
  if (choices === undefined || typeof value !== 'string' || choices.includes(value)) return
  const nearest = nearestName(value, choices)
  const known = `One of ${choices.join(', ')}`
  throw new CliError(
    'MB_CLI_USAGE',
    `Cannot run "${shape.name}": "${value}" is no value of ${name}`,
    { hint: nearest === undefined ? known : `Did you mean "${nearest}"? ${known}` },
  )
}

function label(data: ArgumentData): string {
  return data.name.toUpperCase()
}

function toOption(data: OptionData): Option {
  const long = `--${data.name}`
  const flags = data.short === undefined ? long : `-${data.short}, ${long}`
  const value =
    data.value === undefined ? '' : data.isValueOptional === true ? ' [value]' : ' <value>'
  const option = new Option(`${flags}${value}`, data.summary)
  option.makeOptionMandatory(data.isRequired === true)
  if (data.isRepeatable === true)
    option.argParser((text: string, before: readonly string[] | undefined) => [
      ...(before ?? []),
      text,
    ])
  return option
}

function toArgument(data: ArgumentData): Argument {
  const name = data.variadic === true ? `${data.name}...` : data.name
  const argument = new Argument(data.required === true ? `<${name}>` : `[${name}]`, data.summary)
  if (data.default !== undefined && data.variadic !== true) argument.default(data.default)
  return argument
}

function entry(name: string, value: unknown): (readonly [string, Given])[] {
  if (typeof value === 'string' || value === true) return [[name, value]]
  if (Array.isArray(value)) return [[name, value.map(String)]]
  return []
}

function usageError(error: CommanderError, shape: Shape): CliError {
  const quoted = /'([^']*)'/.exec(error.message)?.[1] ?? ''
  const help = `\`${shape.name} --help\` explains the command`
  const usage = (problem: string, hint = help): CliError =>
    // Without the cause, which repeats the line, and what was typed in the wrong place may be a secret.
    new CliError('MB_CLI_USAGE', `Cannot run "${shape.name}": ${problem}`, { hint })
  switch (error.code) {
    case 'commander.missingArgument':
      return usage(`${quoted.toUpperCase()} is missing`)
    case 'commander.optionMissingArgument':
      return usage(`${longName(quoted)} needs a value`)
    case 'commander.missingMandatoryOptionValue':
      return usage(`${longName(quoted)} is missing`)
    case 'commander.unknownOption': {
      // Not its value, which may be a secret.
      const option = quoted.split('=', 1)[0] ?? ''
      const name = option.replace(/^-+/, '')
      const names = shape.options.map((each) => each.name)
      const nearest = nearestName(name, names)
      return usage(
        `unknown option "${option}"`,
        nearest === undefined ? help : `Did you mean --${nearest}? ${help}`,
      )
    }
    case 'commander.excessArguments':
      return usage('it takes fewer arguments')
    default:
      return usage(error.message.replace(/^error: /, '').replace(/\.$/, ''))
  }
}

function longName(flags: string): string {
  return /--[a-z0-9-]+/.exec(flags)?.[0] ?? flags
}
