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
  const forgotten = optionWithoutValue(words, shape)
  if (forgotten !== undefined) throw noValue(forgotten, shape)
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

/** The option before "--" or before another option, which commander would take for its value. It can have that with "=". */
function optionWithoutValue(words: readonly string[], shape: LineShape): OptionData | undefined {
  const isOption = (word: string | undefined): boolean =>
    word === '--' || shape.options.some(({ name }) => word === `--${name}`)
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? ''
    const isOperand = word === '-' || !word.startsWith('-')
    if (word === '--' || (isOperand && shape.isPassThrough === true)) return undefined
    const option = shape.options.find(
      ({ name, short }) => word === `--${name}` || (short !== undefined && word === `-${short}`),
    )
    if (option?.value === undefined || option.isValueOptional === true) continue
    if (isOption(words[at + 1])) return option
    at += 1
  }
  return undefined
}

function noValue({ name, value = 'VALUE' }: OptionData, shape: LineShape): CliError {
  return usageOf(
    shape,
    `--${name} needs a value`,
    `Write it as --${name} ${value}; ${helpOf(shape)}`,
  )
}

// Without the cause, which repeats the line, and what was typed in the wrong place may be a secret.
function usageOf(shape: LineShape, problem: string, hint: string): CliError {
  return new CliError('MB_CLI_USAGE', `Cannot run "${shape.name}": ${problem}`, { hint })
}

function helpOf({ name }: LineShape): string {
  return `\`${name} --help\` explains the command`
}

function usageError(error: CommanderError, shape: LineShape): CliError {
  const quoted = /'([^']*)'/.exec(error.message)?.[1] ?? ''
  const help = helpOf(shape)
  const usage = (problem: string, hint = help): CliError => usageOf(shape, problem, hint)
  switch (error.code) {
    case 'commander.missingArgument':
      return usage(`${quoted.toUpperCase()} is missing`)
    case 'commander.optionMissingArgument': {
      const option = shape.options.find(({ name }) => longName(quoted) === `--${name}`)
      return option === undefined
        ? usage(`${longName(quoted)} needs a value`)
        : noValue(option, shape)
    }
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
