import type { CommandData } from '../command-data.ts'
import { approvalOptions } from './install-options.ts'
import { pluginArgument } from './plugin-argument.ts'

/** What plugins may do: to see, to agree to and to take back. */
export const consentCommands: readonly CommandData[] = [
  {
    path: ['plugin', 'permissions'],
    summary: 'Show what plugins may do',
    description:
      'Of one plugin all that was granted, what it is without, and for which versions that holds; of all plugins an overview, and how often you were asked for each hundred commands.',
    arguments: [{ ...pluginArgument, required: false }],
    options: [],
    examples: [
      { command: 'mb plugin permissions', summary: 'of all plugins' },
      { command: 'mb plugin permissions notes', summary: 'in words, with names and risk' },
    ],
  },
  {
    path: ['plugin', 'approve'],
    aliases: ['grant'],
    summary: 'Agree to what a plugin asks for',
    description:
      'Asks about what is not granted, was taken back, or is named with --optional; about an update that waits, which is let in by it; or about a plugin that was found here, which is installed by it. Where all of it is granted already, nobody is asked. A yes holds for the versions of the same major number by the same publisher while they ask for no more; with --exact for the installed version alone.',
    arguments: [pluginArgument],
    options: [
      {
        name: 'optional',
        value: 'PERMISSION',
        summary: 'Grant this too, which it can do without',
        isRepeatable: true,
        completes: 'permission',
      },
      { name: 'exact', summary: 'Only for the version that is installed' },
      ...approvalOptions.map((option) =>
        option.name === 'request-approval'
          ? {
              ...option,
              summary: 'Grant nothing; write what would have to be approved into this file',
            }
          : option,
      ),
    ],
    examples: [
      { command: 'mb plugin approve notes', summary: 'what is not granted yet' },
      {
        command: 'mb plugin approve notes --optional net:api.acme.example',
        summary: 'and one thing that it can do without',
      },
      { command: 'mb plugin approve notes --exact', summary: 'ask me at each update' },
    ],
    exitCodes: [{ code: '3', meaning: 'refused: you did not agree, or nobody could be asked' }],
  },
  {
    path: ['plugin', 'revoke'],
    summary: 'Take back what a plugin was granted',
    description:
      'All of it, so that the plugin does not run until somebody agrees again; or what is named, so that it runs without. It holds from the next run on: what runs now keeps what it has. An update does not ask for it again; mb plugin approve does.',
    arguments: [
      pluginArgument,
      {
        name: 'permission',
        summary: 'Name as mb plugin permissions shows it, or a kind, as net',
        variadic: true,
        completes: 'permission',
      },
    ],
    options: [],
    examples: [
      { command: 'mb plugin revoke notes', summary: 'everything' },
      { command: 'mb plugin revoke notes net:api.acme.example', summary: 'one host' },
      { command: 'mb plugin revoke notes net env', summary: 'all hosts, all variables' },
    ],
  },
]
