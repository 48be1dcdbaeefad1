import { describe, expect, it } from 'vitest'
import { homeWithCommands } from '../fixtures/home-with-commands.ts'
import { openCatalogue } from '../catalogue.ts'
import { globalOptions } from '../commands/global-options.ts'
import { commands, groups } from '../commands/index.ts'
import { commandHelp, groupHelp, rootGroup } from './help.ts'

const named = commands.map((command) => [command.path.join(' '), command] as const)

describe('commandHelp()', () => {
  it.each(named)('of %s names all that it takes, in 80 columns', (_name, command) => {
    const help = commandHelp(command)
    for (const option of [...command.options, ...globalOptions])
      expect(help).toContain(`--${option.name}`)
    for (const argument of command.arguments) expect(help).toContain(argument.name.toUpperCase())
    for (const example of command.examples) expect(help).toContain(example.command)
    const tooLong = help.split('\n').filter((line) => line.length > 80 && !line.startsWith('  mb '))
    expect(tooLong).toEqual([])
  })

  it('reads as a page', () => {
    const install = named.find(([name]) => name === 'plugin install')?.[1]
    expect(install === undefined ? '' : commandHelp(install)).toMatchInlineSnapshot(`
      "Install a plugin, once you agreed to what it asks.

      Shows who made it, who signed it, what it asks and what a scan of its code found
      before anything changes. Without a terminal somebody agrees beforehand: by
      --yes, which agrees to nothing grave, or by an approval file. What is fetched
      comes from sources that you trust alone, see \`mb plugin sources\`; npm runs none
      of its scripts.

      Usage
        mb plugin install [OPTION]... [SOURCE]

      Arguments
        SOURCE  Folder, archive, https://…, npm:NAME[@RANGE],
                github:OWNER/REPOSITORY[@TAG][#FILE], or NAMESPACE/NAME[@RANGE]; what
                this project requires, when left out

      Options
        -y, --yes                    Agree without being asked, unless something of it
                                     is grave
            --approval FILE          Agree to exactly what this file approves
            --request-approval FILE  Install nothing; write what would have to be
                                     approved into this file
            --namespace NAME         Namespace to install it under (default: local)
            --public-key FILE        Accept it only when signed by this key
            --accept-key KEY-ID      Accept this key in place of the one before, from
                                     a marketplace
            --checksum SHA256        Accept only an archive with this digest
            --link                   Run it in its folder as you write it, instead of
                                     copying it
            --word COMMAND=WORD      What to type for a command, where its own name is
                                     taken (may be given again)
            --force                  Replace the same version with other content
            --no-deps                Install it alone, without the plugins that it
                                     needs
            --no-optional            Leave out plugins that it can do without
            --save                   Require it in milkbottle.yaml of this project,
                                     and pin it in milkbottle.lock
            --frozen                 Install what milkbottle.lock pins; refuse where
                                     it does not fit, and change nothing of it

      Options of every command
        -c, --config FILE  Read settings from this file too
            --json         Print one JSON value for programs
        -v, --verbose      Tell more
            --debug        Show where errors come from
            --no-color     No colours
        -h, --help         Explain the command

      Examples
        mb plugin install ./notes
            from its folder
        mb plugin install notes-1.0.0.zip --public-key notes.pem
            only when that key signed it
        mb plugin install npm:@acme/notes@^1.0.0
            through your own npm
        mb plugin install github:acme/notes@v1.0.0
            the archive of a release
        mb plugin install acme/notes
            from a marketplace
        mb plugin install acme/notes --save
            and require it in this project
        mb plugin install --frozen
            what this project pins, in continuous integration
        mb plugin install ./notes --link
            while you develop it
        mb plugin install ./notes --request-approval notes.json
            ask somebody else: they read the file and set approved to true
        mb plugin install ./notes --approval notes.json
            what was approved

      Exit codes
        3  refused: by you, by the scan, by its signature, by its source or by the
           policy
        5  its source cannot be reached

      Also: mb plugin add
      "
    `)
  })
})

describe('groupHelp()', () => {
  it('lists what mb offers, plugins beside its own', async () => {
    await using home = await homeWithCommands([{ word: 'outline', plugin: 'acme/notes' }])
    expect(groupHelp(rootGroup, openCatalogue(home.path), '1.2.3')).toMatchInlineSnapshot(`
      "mb 1.2.3: plugins that cannot hurt

      Usage
        mb COMMAND [OPTION]...

      Commands
        marketplace       Find, install and publish plugins
        plugin            Install, run and remove plugins
        sdk               Write, check and package plugins
        sandbox           Run any command in a jail, and prove the jail
        config            Settings, and where each comes from
        status            Show how things stand: home, plugins, marketplaces, keys
        version           Show the version of mb and of what it runs on
        completion SHELL  Print the completion script of a shell
        help              Explain a command

      Commands of plugins
        outline  Print an outline (acme/notes)

      Options of every command
        -c, --config FILE  Read settings from this file too
            --json         Print one JSON value for programs
        -v, --verbose      Tell more
            --debug        Show where errors come from
            --no-color     No colours
        -h, --help         Explain the command
        -V, --version      Show the version

      mb COMMAND --help explains a command.
      "
    `)
  })

  it.each(groups.map((group) => [group.path.join(' '), group] as const))(
    'of %s lists each command below it',
    (_name, group) => {
      const catalogue = openCatalogue('/nowhere')
      const help = groupHelp(group, catalogue, '1.2.3').replaceAll(/\s+/g, ' ')
      for (const command of catalogue.commandsBelow(group.path))
        expect(help).toContain(command.summary)
    },
  )

  it('names a hundred commands of plugins, and says how many more there are', async () => {
    const words = Array.from({ length: 103 }, (_, at) => `word-${String(at).padStart(3, '0')}`)
    await using home = await homeWithCommands(words.map((word) => ({ word, plugin: 'acme/notes' })))
    const help = groupHelp(rootGroup, openCatalogue(home.path), '0.1.0')
    expect(help.split('\n').filter((line) => line.startsWith('  word-'))).toHaveLength(100)
    expect(help).toContain('  … and 3 more: mb plugin list names them\n')
  })
})
