import type { CommandData } from '../command-data.ts'
import { approvalOptions } from './install-options.ts'
import { pluginArgument } from './plugin-argument.ts'

const dryRun = { name: 'dry-run', summary: 'Say what it would do, and do nothing' }

/** The commands about what is installed, what it was before, and how it gets elsewhere. */
export const storeCommands: readonly CommandData[] = [
  {
    path: ['plugin', 'list'],
    aliases: ['ls'],
    summary: 'List installed plugins',
    arguments: [],
    options: [
      { name: 'versions', summary: 'With the versions that are kept to go back to' },
      { name: 'enabled', summary: 'Only those that are switched on' },
    ],
    examples: [
      { command: 'mb plugin list', summary: 'names, versions and signers' },
      { command: 'mb plugin list --versions', summary: 'and the versions before' },
    ],
  },
  {
    path: ['plugin', 'rollback'],
    summary: 'Go back to a version that is kept',
    description:
      'Without a version it is the one that was active before. Its files are verified as they were when it was installed; what it asks for has to be granted still, or you are asked. What the plugin kept with that version comes back too.',
    arguments: [
      pluginArgument,
      { name: 'version', summary: 'A version that mb plugin list --versions shows' },
    ],
    options: [
      { name: 'keep-data', summary: 'Go on with what the plugin keeps now' },
      { name: 'reason', value: 'TEXT', summary: 'Why, for mb plugin history' },
      { name: 'force', summary: 'Also when other plugins need the present version' },
      dryRun,
      ...approvalOptions,
    ],
    examples: [
      { command: 'mb plugin rollback acme/pdf', summary: 'the version before' },
      { command: 'mb plugin rollback acme/pdf 1.4.0 --dry-run', summary: 'what it would mean' },
    ],
    exitCodes: [
      { code: '3', meaning: 'refused: by you, by changed files, or by plugins that need it' },
      { code: '4', meaning: 'no such plugin, or that version is not kept' },
    ],
  },
  {
    path: ['plugin', 'history'],
    summary: 'Show what was done to plugins, the latest first',
    arguments: [{ ...pluginArgument, required: false }],
    options: [
      { name: 'limit', value: 'COUNT', summary: 'How many entries, at most', default: '20' },
    ],
    examples: [
      { command: 'mb plugin history', summary: 'of all plugins, also those that are gone' },
      { command: 'mb plugin history acme/pdf --limit 5', summary: 'of one plugin' },
    ],
  },
  {
    path: ['plugin', 'statistics'],
    aliases: ['stats'],
    summary: 'Show how plugins were used, in numbers',
    arguments: [],
    options: [],
    examples: [{ command: 'mb plugin statistics', summary: 'runs, errors, how long they took' }],
  },
  {
    path: ['plugin', 'uninstall'],
    aliases: ['remove', 'rm'],
    summary: 'Remove a plugin and what was granted to it',
    description:
      'All its versions go. It stays where other plugins need it, unless it is forced. Plugins that came only because it needed them are named; with --prune they go too.',
    arguments: [pluginArgument],
    options: [
      { name: 'purge', summary: 'Remove its own data too' },
      {
        name: 'forget-signer',
        summary: 'Forget who signed it: the next package of that name may be anybody’s',
      },
      { name: 'prune', summary: 'Remove with it what nobody needs any more' },
      { name: 'force', summary: 'Also when other plugins need it, which then lack it' },
      dryRun,
    ],
    examples: [
      { command: 'mb plugin uninstall notes', summary: 'its own data stays' },
      { command: 'mb plugin uninstall notes --purge', summary: 'nothing stays' },
      { command: 'mb plugin uninstall notes --prune --dry-run', summary: 'what would go with it' },
    ],
    exitCodes: [{ code: '3', meaning: 'refused: other plugins need it' }],
  },
  {
    path: ['plugin', 'export'],
    summary: 'Write down what is installed, to install it elsewhere',
    description:
      'Versions, digests, signers, command words and update policies; never what was granted: where they are imported, somebody is asked anew. With --with-packages an archive of each lies beside the file, so that a machine without a network can take them.',
    arguments: [{ name: 'file', summary: 'The file to write', required: true, completes: 'file' }],
    options: [
      { name: 'with-packages', summary: 'Write an archive of each plugin too' },
      { name: 'force', summary: 'Replace what is there' },
    ],
    examples: [
      { command: 'mb plugin export plugins.json', summary: 'names and digests' },
      {
        command: 'mb plugin export plugins.json --with-packages',
        summary: 'and plugins.packages beside it',
      },
    ],
  },
  {
    path: ['plugin', 'import'],
    summary: 'Install what mb plugin export wrote, once you agreed',
    description:
      'All or nothing. Each plugin has to be what was exported, down to the last byte; it comes from its archive beside the file, or else from where it came the first time. What is installed in a newer version stays.',
    arguments: [
      { name: 'file', summary: 'The file that was exported', required: true, completes: 'file' },
    ],
    options: [dryRun, ...approvalOptions],
    examples: [
      { command: 'mb plugin import plugins.json --dry-run', summary: 'what it would install' },
      {
        command: 'mb plugin import plugins.json --approval plugins-approved.json',
        summary: 'what was approved beforehand',
      },
    ],
    exitCodes: [{ code: '3', meaning: 'refused: by you, by the scan, or it is not what it was' }],
  },
  {
    path: ['plugin', 'doctor'],
    summary: 'Look for what is wrong with what is installed, and mend it',
    description:
      'Holds the folders, files, grants, journals and databases of the home against each other. It works also where nothing else does, as when the database of installed plugins is damaged.',
    arguments: [],
    options: [{ name: 'fix', summary: 'Mend what can be mended' }],
    examples: [
      { command: 'mb plugin doctor', summary: 'what is wrong, and what it means' },
      { command: 'mb plugin doctor --fix', summary: 'and mend it' },
    ],
    exitCodes: [{ code: '1', meaning: 'something is wrong still' }],
  },
]
