import { nearestName } from '@mb/kernel'
import type { Catalogue } from './catalogue.ts'
import { CliError } from './cli-error.ts'
import type { Located } from './start/locate.ts'

/** The error for a line that names no command. */
export function unknownCommand(located: Located, catalogue: Catalogue): CliError {
  const { path, rest } = located
  const name = ['mb', ...path].join(' ')
  const known = [...catalogue.groupsBelow(path), ...catalogue.commandsBelow(path)].map(
    (each) => each.path.at(-1) ?? '',
  )
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
  const help = `\`${name} --help\` lists the commands`
  return new CliError(
    'MB_CLI_COMMAND_UNKNOWN',
    `Cannot run "${name} ${word}": there is no such command`,
    {
      hint: nearest === undefined ? help : `Did you mean \`${name} ${nearest}\`? ${help}`,
    },
  )
}
