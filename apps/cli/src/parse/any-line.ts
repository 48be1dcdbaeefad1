import { nearestName } from '@mb/kernel'
import { Argument, Command, CommanderError, Option } from 'commander'
import { CliError } from '../cli-error.ts'
import type { ArgumentData, OptionData } from '../commands/command-data.ts'
import type { Given } from './invocation.ts'
import type { LineShape, LineValues } from './line-shape.ts'

/**
 * Reads any line, and tells what is wrong with it.
 *
 * @throws CliError `MB_CLI_USAGE`
 */
export function readAnyLine(words: readonly string[], shape: LineShape): LineValues {
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
  return {
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

function usageError(error: CommanderError, shape: LineShape): CliError {
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
