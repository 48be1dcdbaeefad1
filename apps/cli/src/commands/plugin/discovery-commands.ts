import type { CommandData, GroupData } from '../command-data.ts'

/** What holds the commands about folders that plugins are looked for in. */
export const pathsGroup: GroupData = {
  path: ['plugin', 'paths'],
  summary: 'Say where plugins are looked for',
}

const types = [
  'command',
  'completion',
  'hook',
  'formatter',
  'validator',
  'integration',
  'template',
  'provider',
  'generator',
  'extension',
  'middleware',
]

/** The commands about plugins that could be had. */
export const discoveryCommands: readonly CommandData[] = [
  {
    path: ['plugin', 'discover'],
    summary: 'Find plugins that are installed, or could be',
    description:
      'Looks into ./plugins, ./local_plugins, node_modules, your search paths and the folder of this system. What is found there is shown and never run: to install it copies it, once you agreed.',
    arguments: [
      { name: 'text', summary: 'Words that it is about; none finds all', variadic: true },
    ],
    options: [
      { name: 'remote', summary: 'List what marketplaces offer, too' },
      { name: 'type', value: 'TYPE', summary: 'Only those of a type', choices: types },
      { name: 'capability', value: 'LABEL', summary: 'Only those with a capability' },
      { name: 'check', summary: 'Judge each manifest in full' },
      { name: 'refresh', summary: 'Read all of them anew, whatever is remembered' },
      { name: 'watch', summary: 'Go on, and tell what changes, until Ctrl-C' },
    ],
    examples: [
      { command: 'mb plugin discover', summary: 'what is here' },
      { command: 'mb plugin discover pdf --remote', summary: 'and what can be had' },
      { command: 'mb plugin discover --type validator --json', summary: 'for programs' },
    ],
  },
  {
    path: ['plugin', 'paths', 'list'],
    aliases: ['ls'],
    summary: 'List the folders that plugins are looked for in',
    arguments: [],
    options: [],
    examples: [{ command: 'mb plugin paths list', summary: 'the first of them first' }],
  },
  {
    path: ['plugin', 'paths', 'add'],
    summary: 'Look for plugins in a folder, too',
    arguments: [
      { name: 'folder', summary: 'Folder that holds plugins', required: true, completes: 'dir' },
    ],
    options: [],
    examples: [{ command: 'mb plugin paths add ~/plugins', summary: 'kept in your settings' }],
  },
  {
    path: ['plugin', 'paths', 'remove'],
    aliases: ['rm'],
    summary: 'Look for plugins in a folder no more; what came from it stays installed',
    arguments: [
      { name: 'folder', summary: 'Folder as it is listed', required: true, completes: 'dir' },
    ],
    options: [],
    examples: [{ command: 'mb plugin paths remove ~/plugins', summary: '' }],
  },
]
