import type { ArgumentData, CommandData, GroupData, OptionData } from '../command-data.ts'
import { approvalOptions, wordOption } from '../plugin/install-options.ts'
import { dependencyOptions } from '../plugin/project-commands.ts'

const plugin: ArgumentData = {
  name: 'plugin',
  summary: 'namespace/name, or a name that only one namespace has',
  required: true,
}

const repository: OptionData = {
  name: 'repository',
  value: 'NAME',
  summary: 'Marketplace to ask (default: the only one)',
  completes: 'repository',
}

const repositoryArgument: ArgumentData = {
  name: 'repository',
  summary: 'Name of the marketplace (default: the only one)',
  completes: 'repository',
}

const namespace: ArgumentData = {
  name: 'namespace',
  summary: 'Namespace of a publisher',
  required: true,
}

const source: ArgumentData = {
  name: 'source',
  summary: 'Folder of the plugin, or a package (zip, tar.gz)',
  required: true,
  completes: 'file',
}

const key: OptionData = {
  name: 'key',
  value: 'NAME',
  summary: 'Key of `mb sdk keys`',
  default: 'default',
  completes: 'key',
}

const target: OptionData = {
  name: 'target',
  value: 'PLATFORM',
  summary: 'Pack a folder for one platform alone, as linux-x64',
}

const noBuild: OptionData = {
  name: 'no-build',
  summary: 'Pack what is there; do not run its build script',
}

const network = { code: '5', meaning: 'the marketplace cannot be reached, or answers nonsense' }
const notFound = { code: '4', meaning: 'there is no such plugin or version' }

/** The groups `marketplace`, `marketplace repositories` and `marketplace keys`. */
export const marketplaceGroups: readonly GroupData[] = [
  { path: ['marketplace'], summary: 'Find, install and publish plugins' },
  { path: ['marketplace', 'repositories'], summary: 'Marketplaces that are asked' },
  { path: ['marketplace', 'keys'], summary: 'Keys that may sign for a namespace' },
]

/** The commands about marketplaces. */
export const marketplaceCommands: readonly CommandData[] = [
  {
    path: ['marketplace', 'search'],
    summary: 'Search for plugins',
    arguments: [{ name: 'query', summary: 'Words to look for; none lists all', variadic: true }],
    options: [
      { name: 'limit', value: 'NUMBER', summary: 'Most plugins to show, 1 to 100', default: '20' },
      { ...repository, summary: 'Ask this marketplace alone' },
    ],
    examples: [
      { command: 'mb marketplace search pdf', summary: 'in every marketplace' },
      {
        command: 'mb marketplace search release notes --limit 5 --json',
        summary: 'five, for programs',
      },
    ],
    exitCodes: [network],
  },
  {
    path: ['marketplace', 'info'],
    summary: 'Show what is known of a plugin, and what it asks',
    arguments: [plugin],
    options: [],
    examples: [
      { command: 'mb marketplace info acme/pdf', summary: 'permissions, versions, keys, findings' },
    ],
    exitCodes: [notFound, network],
  },
  {
    path: ['marketplace', 'versions'],
    summary: 'List the versions of a plugin',
    arguments: [plugin],
    options: [],
    examples: [{ command: 'mb marketplace versions acme/pdf', summary: 'newest first' }],
    exitCodes: [notFound, network],
  },
  {
    path: ['marketplace', 'install'],
    aliases: ['add'],
    summary: 'Install a plugin, once you agreed to what it asks',
    description:
      'What comes is checked before anything reads it, and scanned in a jail. One screen then shows who signed it, what it asks and what the scan found. Without a terminal somebody agrees beforehand: by --yes, which agrees to nothing grave, or by an approval file.',
    arguments: [
      { ...plugin, summary: 'namespace/name or name, with @RANGE for other than the latest' },
    ],
    options: [
      ...approvalOptions,
      {
        name: 'accept-key',
        value: 'KEYID',
        summary: 'Accept that this key signs from now on, in place of the one before',
      },
      wordOption,
      { name: 'force', summary: 'Replace the same version with other content' },
      ...dependencyOptions,
    ],
    examples: [
      { command: 'mb marketplace install acme/pdf', summary: 'the latest version' },
      { command: 'mb marketplace install acme/pdf@^1.2.0 --yes', summary: 'one of a range' },
      {
        command: 'mb marketplace install acme/pdf --request-approval pdf.json',
        summary: 'ask somebody else: they read the file and set approved to true',
      },
      {
        command: 'mb marketplace install acme/pdf --approval pdf.json',
        summary: 'exactly what was approved',
      },
    ],
    exitCodes: [
      { code: '3', meaning: 'refused: by you, by the scan, by its signature or by the policy' },
      notFound,
      network,
    ],
  },
  {
    path: ['marketplace', 'publish'],
    summary: 'Publish a plugin',
    description:
      'A folder is built, packed and signed first. The marketplace checks the signature, scans the package and says why it rejects one.',
    arguments: [source],
    options: [
      {
        name: 'namespace',
        value: 'NAME',
        summary: 'Namespace to publish in',
        isRequired: true,
      },
      repository,
      { ...key, summary: 'Key of `mb sdk keys` that signs a folder' },
      target,
      noBuild,
      { name: 'no-wait', summary: 'Do not wait for the scan' },
      { name: 'dry-run', summary: 'Let the marketplace check it, and publish nothing' },
    ],
    examples: [
      {
        command: 'mb marketplace publish . --namespace acme',
        summary: 'the plugin in this folder',
      },
      {
        command: 'mb marketplace publish notes-1.0.0.zip --namespace acme --dry-run',
        summary: 'would it be taken?',
      },
    ],
    exitCodes: [{ code: '3', meaning: 'rejected, or you may not publish there' }, network],
  },
  {
    path: ['marketplace', 'validate'],
    summary: 'Ask a marketplace whether it would take a plugin',
    arguments: [{ ...source, required: false, default: '.' }],
    options: [
      { name: 'namespace', value: 'NAME', summary: 'Namespace that it is meant for' },
      repository,
      { ...key, summary: 'Key of `mb sdk keys` that signs a folder' },
      target,
      noBuild,
    ],
    examples: [{ command: 'mb marketplace validate', summary: 'the plugin in this folder' }],
    exitCodes: [{ code: '1', meaning: 'it would be rejected' }, network],
  },
  {
    path: ['marketplace', 'login'],
    summary: 'Log in to a marketplace with a token',
    description:
      'The token is asked for without showing it, tried, and kept for that address alone in a file that only you can read. It never belongs on the command line, which others on the machine can see.',
    arguments: [repositoryArgument],
    options: [{ name: 'token-stdin', summary: 'Read the token from standard input' }],
    examples: [
      { command: 'mb marketplace login', summary: 'in a terminal' },
      { command: 'mb marketplace login home --token-stdin', summary: 'for scripts' },
    ],
    exitCodes: [{ code: '3', meaning: 'the marketplace does not take the token' }, network],
  },
  {
    path: ['marketplace', 'logout'],
    summary: 'Revoke the token of a marketplace and forget it',
    arguments: [repositoryArgument],
    options: [],
    examples: [{ command: 'mb marketplace logout', summary: 'forgotten here in any case' }],
  },
  {
    path: ['marketplace', 'repositories', 'list'],
    aliases: ['ls'],
    summary: 'List the marketplaces, in the order they are asked',
    arguments: [],
    options: [],
    examples: [{ command: 'mb marketplace repositories list', summary: 'names and addresses' }],
  },
  {
    path: ['marketplace', 'repositories', 'add'],
    summary: 'Add a marketplace',
    description:
      'It is asked who it is first. http is for this very machine; else it has to be https.',
    arguments: [
      { name: 'name', summary: 'What you call it', required: true },
      { name: 'url', summary: 'Its address', required: true },
    ],
    options: [
      {
        name: 'priority',
        value: 'NUMBER',
        summary: 'Lower is asked first, 0 to 1000',
        default: '100',
      },
      {
        name: 'namespace',
        value: 'NAME',
        summary: 'Take only this namespace from it (default: any)',
        isRepeatable: true,
      },
    ],
    examples: [
      {
        command: 'mb marketplace repositories add home http://127.0.0.1:4873',
        summary: 'one that runs here',
      },
      {
        command:
          'mb marketplace repositories add acme https://plugins.acme.example --namespace acme',
        summary: "a company's, for its own namespace alone",
      },
    ],
    exitCodes: [network],
  },
  {
    path: ['marketplace', 'repositories', 'remove'],
    aliases: ['rm'],
    summary: 'Remove a marketplace; what came from it stays installed',
    arguments: [
      { name: 'name', summary: 'What you call it', required: true, completes: 'repository' },
    ],
    options: [],
    examples: [
      { command: 'mb marketplace repositories remove home', summary: 'and its token with it' },
    ],
  },
  {
    path: ['marketplace', 'keys', 'list'],
    aliases: ['ls'],
    summary: 'List the keys that may sign for a namespace',
    arguments: [namespace],
    options: [repository],
    examples: [{ command: 'mb marketplace keys list acme', summary: 'key ids' }],
    exitCodes: [network],
  },
  {
    path: ['marketplace', 'keys', 'enrol'],
    aliases: ['enroll'],
    summary: 'Let one of your keys sign for a namespace',
    description: 'Only the public half leaves this machine, with a proof that you have the other.',
    arguments: [namespace],
    options: [key, repository],
    examples: [
      { command: 'mb marketplace keys enrol acme', summary: 'the key "default"' },
      { command: 'mb marketplace keys enrol acme --key release', summary: 'another' },
    ],
    exitCodes: [{ code: '3', meaning: 'the namespace is not yours' }, network],
  },
  {
    path: ['marketplace', 'keys', 'remove'],
    aliases: ['rm'],
    summary: 'Let a key sign no more for a namespace',
    arguments: [namespace, { name: 'key-id', summary: 'Id of the key', required: true }],
    options: [repository, { name: 'yes', short: 'y', summary: 'Do not ask' }],
    examples: [
      {
        command: `mb marketplace keys remove acme ${'0f'.repeat(32)} --yes`,
        summary: 'without a question',
      },
    ],
    exitCodes: [{ code: '3', meaning: 'the namespace is not yours' }, notFound, network],
  },
]
