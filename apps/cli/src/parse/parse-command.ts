import { nearestName } from '@mb/kernel'
import { CliError } from '../cli-error.ts'
import type { ArgumentData, CommandData, OptionData } from '../commands/command-data.ts'
import { globalOptions } from '../commands/global-options.ts'
import { globalOptionsBeside, type Located } from '../start/locate.ts'
import { Invocation, type Given } from './invocation.ts'
import type { LineShape, LineValues } from './line-shape.ts'
import { readPlainLine } from './plain-line.ts'
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
export async function parseCommand(command: CommandData, located: Located): Promise<ParsedCommand> {
  const free = globalOptionsBeside(command)
  const before = await readLine(located.globals, {
    name: 'mb',
    arguments: [],
    options: globalOptions,
  })
  const after = await readLine(located.rest, {
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
export async function parseGlobals(words: readonly string[]): Promise<Settings> {
  const { options } = await readLine(words, { name: 'mb', arguments: [], options: globalOptions })
  return settingsFrom(options)
}

async function readLine(words: readonly string[], shape: LineShape): Promise<LineValues> {
  const read = readPlainLine(words, shape) ?? (await readAny(words, shape))
  for (const data of shape.arguments) checkChoice(label(data), data, read.arguments, shape)
  for (const data of shape.options) checkChoice(`--${data.name}`, data, read.options, shape)
  return read
}

async function readAny(words: readonly string[], shape: LineShape): Promise<LineValues> {
  const { readAnyLine } = await import('./any-line.ts')
  return readAnyLine(words, shape)
}

function checkChoice(
  name: string,
  data: ArgumentData | OptionData,
  given: ReadonlyMap<string, Given>,
  shape: LineShape,
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
