import { nearestName } from '@mb/kernel'
import type { Catalogue } from './catalogue.ts'
import { CliError } from './cli-error.ts'
import type { Located } from './start/locate.ts'

/** The error for a line that names no command. */
export function unknownCommand(located: Located, catalogue: Catalogue): CliError {
  const { path, rest } = located
  const name = ['mb', ...path].join(' ')
  const groups = catalogue.groupsBelow(path)
  const commands = catalogue.commandsBelow(path)
  // In the order of the help.
  const known = (
    path.length === 0
      ? [...groups, ...commands, ...catalogue.pluginWords()]
      : [...commands, ...groups]
  ).map((each) => each.path.at(-1) ?? '')
  const word = rest[0]
  if (word === undefined) {
    return new CliError('MB_CLI_COMMAND_MISSING', `Cannot run "${name}": a command has to follow`, {
      hint: `One of ${known.join(', ')}; \`${name} --help\` explains them`,
    })
  }
  if (word.startsWith('-')) {
    return new CliError('MB_CLI_USAGE', `Cannot run "${name}": unknown option "${word}"`, {
      hint: `\`${name} --help\` lists the options`,
    })
  }
  const nearest = nearestName(word, known)
  const meant = nearest === undefined ? elsewhere(word, catalogue) : `${name} ${nearest}`
  const help = `\`${name} --help\` lists the commands`
  return new CliError(
    'MB_CLI_COMMAND_UNKNOWN',
    `Cannot run "${name} ${word}": there is no such command`,
    {
      hint:
        meant === undefined
          ? (ofPlugin(word, path, catalogue) ?? help)
          : `Did you mean \`${meant}\`? ${help}`,
    },
  )
}

/** Where the word is the name of a plugin: its commands may have others, or it is switched off. */
function ofPlugin(word: string, path: readonly string[], catalogue: Catalogue): string | undefined {
  if (path.length > 0 || !catalogue.namesOf('plugin').includes(word)) return undefined
  return `There is a plugin of that name: \`mb plugin info ${word}\` shows its commands, and whether it is switched on`
}

/** The command of that name in a group, where one group alone has it: `mb observe` for `mb sandbox observe`. */
function elsewhere(word: string, catalogue: Catalogue): string | undefined {
  const paths = catalogue
    .groupsBelow([])
    .flatMap((group) => catalogue.commandsBelow(group.path))
    .map(({ path }) => path)
    .filter((path) => path.at(-1) === word)
  const [path, ...others] = paths
  return path === undefined || others.length > 0 ? undefined : ['mb', ...path].join(' ')
}
