import type { Catalogue } from '../catalogue.ts'
import type { CommandData, OptionData } from '../commands/command-data.ts'
import { globalOptions, versionOption } from '../commands/global-options.ts'

/** What a command line is about, before any of its options was read. */
export interface Located {
  /** The words that were understood. */
  readonly path: readonly string[]
  /** Undefined when the words name a group, or nothing. */
  readonly command: CommandData | undefined
  /** Global options that stood before or between the words. */
  readonly globals: readonly string[]
  /** Everything after the words, unread. */
  readonly rest: readonly string[]
}

/** Finds the command that a command line names. */
export function locate(argv: readonly string[], catalogue: Catalogue): Located {
  const globals: string[] = []
  let path: readonly string[] = []
  let at = 0
  while (at < argv.length) {
    const word = argv[at] ?? ''
    if (word.startsWith('-')) {
      const option = findOption(word, [...globalOptions, versionOption])
      if (option === undefined) break
      const length = valueFollows(word, option) ? 2 : 1
      globals.push(...argv.slice(at, at + length))
      at += length
      continue
    }
    const longer = [...path, word]
    const command = catalogue.findCommand(longer)
    if (command !== undefined)
      return intoPlugin(
        { path: command.path, command, globals, rest: argv.slice(at + 1) },
        catalogue,
      )
    if (catalogue.findGroup(longer) === undefined) break
    path = longer
    at += 1
  }
  return { path, command: undefined, globals, rest: argv.slice(at) }
}

// `mb plugin run ID COMMAND` is the plugin's command under another name: its own options, help and completion.
function intoPlugin(located: Located, catalogue: Catalogue): Located {
  if (located.path.join(' ') !== 'plugin run') return located
  const { globals } = located
  const operands = located.rest.findIndex((word) => !word.startsWith('-'))
  const [plugin, name] = located.rest.slice(operands)
  if (operands < 0 || plugin === undefined || name === undefined) return located
  const command = catalogue.findPluginCommand(plugin, name)
  if (command === undefined) return located
  return {
    path: command.path,
    command,
    globals: [...globals, ...located.rest.slice(0, operands)],
    rest: located.rest.slice(operands + 2),
  }
}

/**
 * Whether a global switch such as `--help` or `--json` was given: not as the value of another option, and not to
 * somebody else's command that follows.
 */
export function hasSwitch(located: Located, name: string): boolean {
  if (isGiven(located.globals, name, [...globalOptions, versionOption], false)) return true
  const { command } = located
  if (command === undefined) return false
  // What a plugin declares keeps the plugin's meaning after its word.
  const known = [...command.options, ...globalOptionsBeside(command)]
  const isOwn = command.options.some((option) => option.name === name)
  return !isOwn && isGiven(located.rest, name, known, command.isPassThrough === true)
}

/** The global options that a command leaves free, in name and in letter. */
export function globalOptionsBeside(command: CommandData): readonly OptionData[] {
  const own = command.options
  return globalOptions
    .filter((option) => own.every((each) => each.name !== option.name))
    .map((option) => {
      if (own.every((each) => each.short !== option.short)) return option
      const { short: _taken, ...long } = option
      return long
    })
}

function isGiven(
  words: readonly string[],
  name: string,
  options: readonly OptionData[],
  endsAtOperand: boolean,
): boolean {
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? ''
    if (word === '--' || (endsAtOperand && !word.startsWith('-'))) return false
    const option = findOption(word, options)
    if (option?.name === name) return true
    if (option !== undefined && valueFollows(word, option)) at += 1
  }
  return false
}

function findOption(word: string, options: readonly OptionData[]): OptionData | undefined {
  if (!word.startsWith('-')) return undefined
  const name = word.split('=', 1)[0]
  return options.find(
    (option) =>
      name === `--${option.name}` || (option.short !== undefined && name === `-${option.short}`),
  )
}

function valueFollows(word: string, option: OptionData): boolean {
  return option.value !== undefined && option.isValueOptional !== true && !word.includes('=')
}
