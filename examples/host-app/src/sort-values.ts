import type { InstalledCommand } from '@mb/plugin-core'

/** Values of a command by name. */
type Values = Readonly<Record<string, string>>

/** Sorts `NAME=VALUE` into the arguments that a command declares, and the options; the host checks and converts them. */
export function sortValues(
  commands: readonly InstalledCommand[],
  command: string,
  words: readonly string[],
): { readonly arguments: Values; readonly options: Values } {
  const declared = commands.find(({ name }) => name === command)?.arguments ?? []
  const pairs = words.map((word): readonly [string, string] => {
    const [name = '', ...value] = word.split('=')
    return [name, value.join('=')]
  })
  const isArgument = ([name]: readonly [string, string]): boolean =>
    declared.some((argument) => argument.name === name)
  return {
    arguments: Object.fromEntries(pairs.filter(isArgument)),
    options: Object.fromEntries(pairs.filter((pair) => !isArgument(pair))),
  }
}
