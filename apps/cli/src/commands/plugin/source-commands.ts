import type { ArgumentData, CommandData, GroupData } from '../command-data.ts'
import { approvalOptions, wordOption } from './install-options.ts'
import { dependencyOptions } from './project-commands.ts'

/** Installing, from wherever a plugin lies. */
export const installCommand: CommandData = {
  path: ['plugin', 'install'],
  aliases: ['add'],
  summary: 'Install a plugin, once you agreed to what it asks',
  description:
    'Shows who made it, who signed it, what it asks and what a scan of its code found before anything changes. Without a terminal somebody agrees beforehand: by --yes, which agrees to nothing grave, or by an approval file. What is fetched comes from sources that you trust alone, see `mb plugin sources`; npm runs none of its scripts.',
  arguments: [
    {
      name: 'source',
      summary:
        'Folder, archive, https://…, npm:NAME[@RANGE], github:OWNER/REPOSITORY[@TAG][#FILE], or NAMESPACE/NAME[@RANGE]; what this project requires, when left out',
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
    {
      name: 'accept-key',
      value: 'KEY-ID',
      summary: 'Accept this key in place of the one before, from a marketplace',
    },
    {
      name: 'checksum',
      value: 'SHA256',
      summary: 'Accept only an archive with this digest',
    },
    {
      name: 'link',
      summary: 'Run it in its folder as you write it, instead of copying it',
    },
    wordOption,
    { name: 'force', summary: 'Replace the same version with other content' },
    ...dependencyOptions,
    {
      name: 'frozen',
      summary:
        'Install what milkbottle.lock pins; refuse where it does not fit, and change nothing of it',
    },
  ],
  examples: [
    { command: 'mb plugin install ./notes', summary: 'from its folder' },
    {
      command: 'mb plugin install notes-1.0.0.zip --public-key notes.pem',
      summary: 'only when that key signed it',
    },
    { command: 'mb plugin install npm:@acme/notes@^1.0.0', summary: 'through your own npm' },
    { command: 'mb plugin install github:acme/notes@v1.0.0', summary: 'the archive of a release' },
    { command: 'mb plugin install acme/notes', summary: 'from a marketplace' },
    { command: 'mb plugin install acme/notes --save', summary: 'and require it in this project' },
    {
      command: 'mb plugin install --frozen',
      summary: 'what this project pins, in continuous integration',
    },
    { command: 'mb plugin install ./notes --link', summary: 'while you develop it' },
    {
      command: 'mb plugin install ./notes --request-approval notes.json',
      summary: 'ask somebody else: they read the file and set approved to true',
    },
    { command: 'mb plugin install ./notes --approval notes.json', summary: 'what was approved' },
  ],
  exitCodes: [
    {
      code: '3',
      meaning: 'refused: by you, by the scan, by its signature, by its source or by the policy',
    },
    { code: '5', meaning: 'its source cannot be reached' },
  ],
}

/** What holds the commands about trusted sources. */
export const sourcesGroup: GroupData = {
  path: ['plugin', 'sources'],
  summary: 'Say where plugins may come from',
}

const source: ArgumentData = {
  name: 'source',
  summary:
    'HOST, https://HOST/PATH/, npm:NAME, npm:@SCOPE/*, github:OWNER/* or github:OWNER/REPOSITORY',
  required: true,
}

/** The commands about trusted sources. */
export const sourceCommands: readonly CommandData[] = [
  {
    path: ['plugin', 'sources', 'list'],
    aliases: ['ls'],
    summary: 'List where plugins may come from',
    arguments: [],
    options: [],
    examples: [{ command: 'mb plugin sources list', summary: 'and whether anywhere else, too' }],
  },
  {
    path: ['plugin', 'sources', 'add'],
    summary: 'Trust a source: plugins may be fetched from it',
    description:
      'What is fetched is still verified and scanned, and you are asked before it is installed. Folders and archives on this machine, and the marketplaces that are set up, need no entry.',
    arguments: [source],
    options: [],
    examples: [
      { command: 'mb plugin sources add npm:@acme/*', summary: 'all packages of a scope' },
      {
        command: 'mb plugin sources add github:acme/notes',
        summary: 'the releases of one project',
      },
      {
        command: 'mb plugin sources add https://downloads.acme.example/plugins/',
        summary: 'one place on a host',
      },
    ],
  },
  {
    path: ['plugin', 'sources', 'remove'],
    aliases: ['rm'],
    summary: 'Trust a source no more; what came from it stays installed',
    arguments: [source],
    options: [],
    examples: [{ command: 'mb plugin sources remove npm:@acme/*', summary: 'nothing new from it' }],
  },
]
