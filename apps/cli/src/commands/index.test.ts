import { pluginTypes } from '@mb/manifest/peek'
import { updatePolicies } from '@mb/plugin-core/configuration'
import { describe, expect, it } from 'vitest'
import { openCatalogue } from '../catalogue.ts'
import { parseCommand } from '../parse/parse-command.ts'
import { locate } from '../start/locate.ts'
import { commands, groups } from './index.ts'
import { loadCommand } from './modules.ts'

const named = commands.map((command) => [command.path.join(' '), command] as const)
const catalogue = openCatalogue('/nowhere')

describe('commands', () => {
  it('have paths and aliases of their own, below groups that exist', () => {
    const names = commands.flatMap((command) => [
      command.path.join(' '),
      ...(command.aliases ?? []).map((alias) => [...command.path.slice(0, -1), alias].join(' ')),
    ])
    expect(new Set(names).size).toBe(names.length)
    for (const { path } of commands.filter((command) => command.path.length > 1))
      expect(groups.map((group) => group.path)).toContainEqual(path.slice(0, -1))
  })

  it.each(named)('%s has code', async (_name, command) => {
    const loaded = await loadCommand(command)
    expect(loaded.execute).toBeTypeOf('function')
  })

  it.each(named)('%s has examples that parse', async (_name, command) => {
    expect(command.examples.length).toBeGreaterThan(0)
    for (const example of command.examples) {
      const words = example.command.split(' > ', 1)[0]?.split(' ') ?? []
      const located = locate(words.slice(1), catalogue)
      expect(located.command?.path).toEqual(command.path)
      // oxlint-disable-next-line no-await-in-loop -- one line after the other
      await expect(parseCommand(command, located)).resolves.toMatchObject({
        settings: { isJson: / --(?:json|format(?: |=)json)\b/.test(example.command) },
      })
    }
  })

  it.each(named)('%s gives no letter and no name twice', (_name, command) => {
    const taken = command.options.flatMap((option) => [
      `--${option.name}`,
      ...(option.short === undefined ? [] : [`-${option.short}`]),
    ])
    expect(new Set(taken).size).toBe(taken.length)
  })

  // Written out, so that help and completion load no library.
  it.each([
    ['plugin discover', 'type', pluginTypes],
    ['plugin update', 'policy', updatePolicies],
    ['plugin update', 'set-policy', [...updatePolicies, 'default']],
  ])('%s --%s offers what its library knows', (path, name, known) => {
    const command = commands.find((each) => each.path.join(' ') === path)
    expect(command?.options.find((option) => option.name === name)?.choices).toEqual(known)
  })
})
