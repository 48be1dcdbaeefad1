import type { CommandData, GroupData } from '../command-data.ts'

/** The group `config`. */
export const configGroups: readonly GroupData[] = [
  { path: ['config'], summary: 'Settings, and where each comes from' },
]

/** The commands about settings. */
export const configCommands: readonly CommandData[] = [
  {
    path: ['config', 'show'],
    summary: 'Show the settings in force and where each comes from',
    arguments: [],
    options: [],
    examples: [
      { command: 'mb config show', summary: 'in this folder' },
      { command: 'mb config show -c ci.yaml --json', summary: 'with a file, for programs' },
    ],
  },
]
