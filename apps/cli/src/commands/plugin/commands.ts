import { consentCommands } from './consent-commands.ts'
import type { CommandData, GroupData } from '../command-data.ts'
import { discoveryCommands, pathsGroup } from './discovery-commands.ts'
import { pluginArgument } from './plugin-argument.ts'
import { projectCommands } from './project-commands.ts'
import { storeCommands } from './store-commands.ts'
import { updateCommands } from './update-commands.ts'
import { installCommand, sourceCommands, sourcesGroup } from './source-commands.ts'

/** The group `plugin`. */
export const pluginGroups: readonly GroupData[] = [
  { path: ['plugin'], summary: 'Install, run and remove plugins' },
  sourcesGroup,
  pathsGroup,
]

/** The commands of the plugin user. */
export const pluginCommands: readonly CommandData[] = [
  installCommand,
  ...updateCommands,
  ...storeCommands,
  {
    path: ['plugin', 'info'],
    summary: 'Show what is known of a plugin',
    arguments: [pluginArgument],
    options: [],
    examples: [{ command: 'mb plugin info acme/pdf', summary: 'commands, signer, permissions' }],
  },
  {
    path: ['plugin', 'enable'],
    summary: 'Let a disabled plugin run again',
    arguments: [pluginArgument],
    options: [],
    examples: [{ command: 'mb plugin enable notes', summary: 'its commands come back' }],
  },
  {
    path: ['plugin', 'disable'],
    summary: 'Keep a plugin, and do not run it',
    arguments: [pluginArgument],
    options: [],
    examples: [{ command: 'mb plugin disable notes', summary: 'its commands go' }],
  },
  {
    path: ['plugin', 'run'],
    summary: "Run a plugin's command in the sandbox",
    description: 'Files and folders named as arguments are granted for that run.',
    arguments: [
      pluginArgument,
      { name: 'command', summary: 'Command of the plugin', required: true },
      { name: 'arguments', summary: 'What the command takes', variadic: true, completes: 'file' },
    ],
    options: [],
    examples: [
      { command: 'mb plugin run notes outline README.md', summary: 'the same as: mb outline …' },
    ],
    isPassThrough: true,
  },
  ...consentCommands,
  ...discoveryCommands,
  ...projectCommands,
  ...sourceCommands,
]
