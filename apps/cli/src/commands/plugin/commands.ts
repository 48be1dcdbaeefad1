import type { ArgumentData, CommandData, GroupData } from '../command-data.ts'
import { approvalOptions, wordOption } from './install-options.ts'

const plugin: ArgumentData = {
  name: 'plugin',
  summary: 'Name of the plugin, or namespace/name',
  required: true,
  completes: 'plugin',
}

/** The group `plugin`. */
export const pluginGroups: readonly GroupData[] = [
  { path: ['plugin'], summary: 'Install, run and remove plugins' },
]

/** The commands of the plugin user. */
export const pluginCommands: readonly CommandData[] = [
  {
    path: ['plugin', 'list'],
    aliases: ['ls'],
    summary: 'List installed plugins',
    arguments: [],
    options: [],
    examples: [{ command: 'mb plugin list', summary: 'names, versions and signers' }],
  },
  {
    path: ['plugin', 'info'],
    summary: 'Show what is known of a plugin',
    arguments: [plugin],
    options: [],
    examples: [{ command: 'mb plugin info acme/pdf', summary: 'commands, signer, permissions' }],
  },
  {
    path: ['plugin', 'install'],
    aliases: ['add'],
    summary: 'Install a plugin, once you agreed to what it asks',
    description:
      'Shows who made it, who signed it, what it asks and what a scan of its code found before anything changes. Without a terminal somebody agrees beforehand: by --yes, which agrees to nothing grave, or by an approval file.',
    arguments: [
      {
        name: 'source',
        summary: 'Folder or archive (zip, tar.gz, tgz) of the plugin',
        required: true,
        completes: 'file',
      },
    ],
    options: [
      ...approvalOptions,
      {
        name: 'namespace',
        value: 'NAME',
        summary: 'Namespace to install it under',
        default: 'local',
      },
      {
        name: 'public-key',
        value: 'FILE',
        summary: 'Accept it only when signed by this key',
        completes: 'file',
      },
      wordOption,
      { name: 'force', summary: 'Replace the same version with other content' },
    ],
    examples: [
      { command: 'mb plugin install ./notes', summary: 'from its folder' },
      {
        command: 'mb plugin install notes-1.0.0.zip --public-key notes.pem',
        summary: 'only when that key signed it',
      },
      {
        command: 'mb plugin install ./notes --request-approval notes.json',
        summary: 'ask somebody else: they read the file and set approved to true',
      },
      { command: 'mb plugin install ./notes --approval notes.json', summary: 'what was approved' },
    ],
    exitCodes: [
      { code: '3', meaning: 'refused: by you, by the scan, by its signature or by the policy' },
    ],
  },
  {
    path: ['plugin', 'uninstall'],
    aliases: ['remove', 'rm'],
    summary: 'Remove a plugin and what was granted to it',
    arguments: [plugin],
    options: [
      { name: 'purge', summary: 'Remove its own data too' },
      {
        name: 'forget-signer',
        summary: 'Forget who signed it: the next package of that name may be anybody’s',
      },
    ],
    examples: [
      { command: 'mb plugin uninstall notes', summary: 'its own data stays' },
      { command: 'mb plugin uninstall notes --purge', summary: 'nothing stays' },
    ],
  },
  {
    path: ['plugin', 'enable'],
    summary: 'Let a disabled plugin run again',
    arguments: [plugin],
    options: [],
    examples: [{ command: 'mb plugin enable notes', summary: 'its commands come back' }],
  },
  {
    path: ['plugin', 'disable'],
    summary: 'Keep a plugin, and do not run it',
    arguments: [plugin],
    options: [],
    examples: [{ command: 'mb plugin disable notes', summary: 'its commands go' }],
  },
  {
    path: ['plugin', 'run'],
    summary: "Run a plugin's command in the sandbox",
    description: 'Files and folders named as arguments are granted for that run.',
    arguments: [
      plugin,
      { name: 'command', summary: 'Command of the plugin', required: true },
      { name: 'arguments', summary: 'What the command takes', variadic: true, completes: 'file' },
    ],
    options: [],
    examples: [
      { command: 'mb plugin run notes outline README.md', summary: 'the same as: mb outline …' },
    ],
    isPassThrough: true,
  },
  {
    path: ['plugin', 'permissions'],
    summary: 'Show what was granted to a plugin, grant it or take it back',
    arguments: [plugin],
    options: [
      {
        name: 'revoke',
        summary: 'Take everything back: it does not run until it is granted again',
      },
      { name: 'grant', summary: 'Grant what it asks for, once you agreed' },
      {
        name: 'yes',
        short: 'y',
        summary: 'Agree without being asked, unless something of it is grave',
      },
    ],
    examples: [
      { command: 'mb plugin permissions notes', summary: 'in words, with the risk' },
      { command: 'mb plugin permissions notes --revoke', summary: 'nothing is granted any more' },
      { command: 'mb plugin permissions notes --grant', summary: 'ask me again' },
    ],
  },
]
