import { nearestName } from '@mb/kernel'
import type { Manifest } from '@mb/manifest'
import { PluginError } from '../plugin-error.ts'
import type { PluginRecord } from '../store/plugin-record.ts'

/** What decides the words of a plugin's commands. */
export interface WordRule {
  readonly id: string
  /** All that is installed; words of disabled plugins stay theirs. */
  readonly installed: readonly PluginRecord[]
  /** Words of the program itself. */
  readonly reserved: ReadonlySet<string>
  /** Words that the person chose, by command. */
  readonly chosen: Readonly<Record<string, string>>
}

const shape = /^[a-z][a-z0-9-]{0,63}(?::[a-z][a-z0-9-]{0,63})?$/

/**
 * Settles the word of each command: the one that was chosen, else the one it has, else its own name.
 *
 * @returns the word of each command name
 * @throws PluginError `MB_COMMAND_CLASH` with `details.clashes`, `MB_COMMAND_WORD`
 */
export function settleWords(manifest: Manifest, rule: WordRule): Readonly<Record<string, string>> {
  checkChosen(manifest, rule)
  const before = rule.installed.find((record) => record.id === rule.id)?.words ?? {}
  const words = Object.fromEntries(
    manifest.commands.map(({ name }) => [
      name,
      ownOf(rule.chosen, name) ?? ownOf(before, name) ?? name,
    ]),
  )
  const owners = ownersOf(rule)
  const clashes = Object.entries(words).flatMap(([command, word]) => {
    const owner = owners.get(word)
    owners.set(word, `its own command "${command}"`)
    return owner === undefined
      ? []
      : [{ command, word, owner, suggestion: `${manifest.name}:${command}` }]
  })
  const [first] = clashes
  if (first === undefined) return words
  throw new PluginError(
    'MB_COMMAND_CLASH',
    `Cannot install "${rule.id}": its command "${first.command}" would be typed as "${first.word}", which belongs to ${first.owner}`,
    {
      hint: `Choose another word, as in --word ${first.command}=${first.suggestion}`,
      details: { clashes },
    },
  )
}

function checkChosen(manifest: Manifest, { id, chosen }: WordRule): void {
  const names = manifest.commands.map(({ name }) => name)
  for (const [command, word] of Object.entries(chosen)) {
    if (!names.includes(command)) {
      const nearest = nearestName(command, names)
      throw new PluginError(
        'MB_COMMAND_WORD',
        `Cannot choose a word for command "${command}": "${id}" has no such command`,
        nearest === undefined ? {} : { hint: `Did you mean "${nearest}"?` },
      )
    }
    if (!shape.test(word)) {
      throw new PluginError(
        'MB_COMMAND_WORD',
        `Cannot use ${JSON.stringify(word.slice(0, 80))} as the word of command "${command}"`,
        {
          hint: 'Use small letters, digits and "-", with at most one ":" between, as in pdf:merge',
        },
      )
    }
  }
}

function ownersOf({ id, installed, reserved }: WordRule): Map<string, string> {
  const owners = new Map<string, string>()
  for (const word of reserved) owners.set(word, 'the program itself')
  for (const record of installed) {
    if (record.id === id) continue
    for (const word of Object.values(record.words)) owners.set(word, `"${record.id}"`)
  }
  return owners
}

function ownOf(words: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(words, name) ? words[name] : undefined
}
