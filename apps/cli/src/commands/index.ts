/**
 * Every command of `mb`, as data: help, completion and dispatch read this, and load no code of any command.
 *
 * @module
 */
import type { CommandData, GroupData } from './command-data.ts'
import { configCommands, configGroups } from './config/commands.ts'
import { marketplaceCommands, marketplaceGroups } from './marketplace/commands.ts'
import { pluginCommands, pluginGroups } from './plugin/commands.ts'
import { sandboxCommands, sandboxGroups } from './sandbox/commands.ts'
import { sdkCommands, sdkGroups } from './sdk/commands.ts'

/** Words that hold further words. */
export const groups: readonly GroupData[] = [
  ...marketplaceGroups,
  ...pluginGroups,
  ...sdkGroups,
  ...sandboxGroups,
  ...configGroups,
]

/** Commands that scripts of ours type, and nobody else. */
export const hiddenCommands: readonly CommandData[] = [
  {
    path: ['__complete'],
    summary: 'Say what could stand at the cursor',
    arguments: [{ name: 'words', summary: 'What stands before it', variadic: true }],
    options: [],
    examples: [],
    isPassThrough: true,
  },
]

/** Every built-in command. */
export const commands: readonly CommandData[] = [
  ...marketplaceCommands,
  ...pluginCommands,
  ...sdkCommands,
  ...sandboxCommands,
  ...configCommands,
  {
    path: ['status'],
    summary: 'Show how things stand: home, plugins, marketplaces, keys',
    arguments: [],
    options: [],
    examples: [{ command: 'mb status', summary: 'one screen' }],
  },
  {
    path: ['version'],
    summary: 'Show the version of mb and of what it runs on',
    arguments: [],
    options: [],
    examples: [{ command: 'mb version --json', summary: 'for programs' }],
  },
  {
    path: ['completion'],
    summary: 'Print the completion script of a shell',
    arguments: [
      {
        name: 'shell',
        summary: 'Shell that will read it',
        required: true,
        choices: ['bash', 'zsh', 'fish', 'powershell'],
      },
    ],
    options: [],
    examples: [
      {
        command: 'mb completion bash > ~/.local/share/bash-completion/completions/mb',
        summary: '',
      },
      { command: 'mb completion fish > ~/.config/fish/completions/mb.fish', summary: '' },
    ],
  },
  {
    path: ['help'],
    summary: 'Explain a command',
    arguments: [{ name: 'command', summary: 'Words of the command', variadic: true }],
    options: [],
    examples: [{ command: 'mb help plugin install', summary: 'as: mb plugin install --help' }],
  },
]
