import type { CommandData, GroupData } from '../command-data.ts'

const directory = {
  name: 'directory',
  summary: 'Folder of the plugin',
  default: '.',
  completes: 'dir',
} as const

const target = {
  name: 'target',
  value: 'PLATFORM',
  summary: 'For one platform alone, as linux-x64 (default: all that the manifest names)',
} as const

/** The groups `sdk` and `sdk keys`. */
export const sdkGroups: readonly GroupData[] = [
  { path: ['sdk'], summary: 'Write, check and package plugins' },
  { path: ['sdk', 'keys'], summary: 'Keys that sign packages' },
]

/** The commands of the plugin author. */
export const sdkCommands: readonly CommandData[] = [
  {
    path: ['sdk', 'create'],
    summary: 'Create a plugin project',
    description: 'The project has a command that works, tests that pass, and asks for nothing.',
    arguments: [{ name: 'name', summary: 'Name of the plugin', required: true }],
    options: [
      {
        name: 'template',
        short: 't',
        value: 'NAME',
        summary: 'What to begin with',
        default: 'basic',
      },
      {
        name: 'language',
        short: 'l',
        value: 'NAME',
        summary: 'What it is written in',
        default: 'typescript',
      },
      {
        name: 'directory',
        value: 'PATH',
        summary: 'Where to create it (default: a folder of that name here)',
        completes: 'dir',
      },
      { name: 'description', value: 'TEXT', summary: 'What the plugin does, in a sentence' },
      {
        name: 'author',
        value: 'NAME',
        summary: 'Who writes it (default: the name that git knows)',
      },
      { name: 'license', value: 'SPDX', summary: 'Its licence', default: 'MIT' },
      { name: 'plugin-version', value: 'VERSION', summary: 'Its first version', default: '0.1.0' },
      { name: 'git', summary: 'Begin a git repository in it' },
      { name: 'install', summary: 'Run npm install in it' },
    ],
    examples: [
      { command: 'mb sdk create notes', summary: 'a plugin in ./notes' },
      {
        command: 'mb sdk create notes --directory plugins/notes --git --install',
        summary: 'elsewhere, ready to run',
      },
    ],
  },
  {
    path: ['sdk', 'validate'],
    summary: 'Check a plugin without running it',
    arguments: [
      {
        name: 'plugin',
        summary: 'Folder or archive of the plugin',
        default: '.',
        completes: 'file',
      },
    ],
    options: [],
    examples: [
      { command: 'mb sdk validate', summary: 'the plugin in this folder' },
      { command: 'mb sdk validate notes-1.0.0.zip', summary: 'a package' },
    ],
    exitCodes: [{ code: '1', meaning: 'something has to be put right' }],
  },
  {
    path: ['sdk', 'scan'],
    summary: 'Scan the code of a plugin, in a jail',
    description:
      'Looks for what the plugin would do without having asked, for scripts that run at install, and for hidden code. Whoever installs it, and the marketplace, do the same.',
    arguments: [
      {
        name: 'plugin',
        summary: 'Folder or archive of the plugin',
        default: '.',
        completes: 'file',
      },
    ],
    options: [
      {
        name: 'format',
        value: 'FORMAT',
        summary: 'How to tell it; json is as --json',
        choices: ['text', 'json'],
        jsonChoice: 'json',
        default: 'text',
      },
    ],
    examples: [
      { command: 'mb sdk scan', summary: 'the plugin in this folder' },
      { command: 'mb sdk scan notes-1.0.0.zip --format json', summary: 'a package, for programs' },
    ],
    exitCodes: [
      { code: '0', meaning: 'nothing, or nothing that would be blocked' },
      { code: '1', meaning: 'it could not be scanned as a whole' },
      { code: '3', meaning: 'it would be blocked' },
    ],
  },
  {
    path: ['sdk', 'test'],
    summary: "Run a plugin's own tests",
    arguments: [directory],
    options: [],
    examples: [{ command: 'mb sdk test', summary: 'the plugin in this folder' }],
    exitCodes: [{ code: '1', meaning: 'a test failed' }],
  },
  {
    path: ['sdk', 'package'],
    summary: 'Build, sign and pack a plugin',
    description:
      'The same plugin gives the same bytes, wherever and whenever it is packed. Packages of its language that the manifest declares come along: from node_modules, or the wheels of wheels/ and requirements.txt.',
    arguments: [directory],
    options: [
      {
        name: 'sign',
        value: 'KEY',
        isValueOptional: true,
        summary: 'Sign with a key of `mb sdk keys` (default key: default)',
        completes: 'key',
      },
      {
        name: 'format',
        value: 'LIST',
        summary: 'Archives to write, with commas between (default: zip,tar.gz,npm)',
      },
      {
        name: 'output',
        short: 'o',
        value: 'PATH',
        summary: 'Where to write them (default: packages in its folder)',
        completes: 'dir',
      },
      target,
      { name: 'no-build', summary: 'Pack what is there; do not run its build script' },
    ],
    examples: [
      { command: 'mb sdk package --sign', summary: 'signed with the key "default"' },
      { command: 'mb sdk package --target linux-x64', summary: 'for one platform alone' },
      { command: 'mb sdk package notes --format npm -o out', summary: 'an npm tarball in ./out' },
    ],
  },
  {
    path: ['sdk', 'templates'],
    summary: 'List what a plugin can begin with',
    arguments: [],
    options: [],
    examples: [{ command: 'mb sdk templates', summary: 'templates and their languages' }],
  },
  {
    path: ['sdk', 'keys', 'create'],
    summary: 'Create a key that signs packages',
    arguments: [{ name: 'name', summary: 'Name of the key', default: 'default' }],
    options: [],
    examples: [{ command: 'mb sdk keys create', summary: 'the key "default"' }],
  },
  {
    path: ['sdk', 'keys', 'list'],
    summary: 'List your keys',
    arguments: [],
    options: [],
    examples: [{ command: 'mb sdk keys list', summary: 'names and key ids' }],
  },
  {
    path: ['sdk', 'keys', 'export'],
    summary: 'Print the public half of a key',
    description: 'The private half never leaves the key store.',
    arguments: [{ name: 'name', summary: 'Name of the key', default: 'default', completes: 'key' }],
    options: [],
    examples: [
      { command: 'mb sdk keys export > notes.pem', summary: 'a file that others can check with' },
    ],
  },
  {
    path: ['sdk', 'keys', 'delete'],
    summary: 'Delete a key for good',
    arguments: [{ name: 'name', summary: 'Name of the key', required: true, completes: 'key' }],
    options: [{ name: 'yes', short: 'y', summary: 'Do not ask' }],
    examples: [{ command: 'mb sdk keys delete old --yes', summary: 'without a question' }],
  },
]
