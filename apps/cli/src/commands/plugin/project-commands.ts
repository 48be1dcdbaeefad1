import type { CommandData, OptionData } from '../command-data.ts'

/** What an installation does about the plugins that a plugin needs. */
export const dependencyOptions: readonly OptionData[] = [
  { name: 'no-deps', summary: 'Install it alone, without the plugins that it needs' },
  { name: 'no-optional', summary: 'Leave out plugins that it can do without' },
  {
    name: 'save',
    summary: 'Require it in milkbottle.yaml of this project, and pin it in milkbottle.lock',
  },
]

/** The commands about what plugins need, and about the lockfile of a project. */
export const projectCommands: readonly CommandData[] = [
  {
    path: ['plugin', 'tree'],
    summary: 'Show which plugins need which',
    arguments: [
      {
        name: 'plugin',
        summary: 'Name of the plugin, or namespace/name; all, when left out',
        completes: 'plugin',
      },
    ],
    options: [
      {
        name: 'depth',
        value: 'COUNT',
        summary: 'How many levels to show; plugins.maxDependencyDepth, when left out',
      },
    ],
    examples: [
      { command: 'mb plugin tree', summary: 'all plugins, those that nobody needs on top' },
      { command: 'mb plugin tree acme/pdf --json', summary: 'one, for programs' },
    ],
  },
  {
    path: ['plugin', 'lock'],
    summary: 'Pin the plugins that this project requires',
    description:
      'Chooses a version of each plugin under plugins.required in milkbottle.yaml, and of all that those need, and writes milkbottle.lock at the root of the repository: version, digest, key and permissions. Versions that are pinned stay where they fit. Nothing is installed.',
    arguments: [],
    options: [
      { name: 'update', summary: 'Pin the newest versions that fit' },
      { name: 'dry-run', summary: 'Show what would change, and write nothing' },
    ],
    examples: [
      { command: 'mb plugin lock', summary: 'after milkbottle.yaml was changed' },
      {
        command: 'mb plugin lock --update --dry-run',
        summary: 'what newer versions would ask for',
      },
    ],
  },
  {
    path: ['plugin', 'diff'],
    summary: 'Show what changes between two lockfiles: above all what plugins may do',
    description:
      'Each of them is a file, or a revision of git whose milkbottle.lock is meant. Without the second one it is the lockfile as it lies here, without both the first one is that of HEAD.',
    arguments: [
      { name: 'before', summary: 'Lockfile or revision', default: 'HEAD', completes: 'file' },
      { name: 'after', summary: 'Lockfile or revision', completes: 'file' },
    ],
    options: [{ name: 'markdown', summary: 'As text for a review' }],
    examples: [
      { command: 'mb plugin diff', summary: 'what is not committed yet' },
      { command: 'mb plugin diff origin/main HEAD --markdown', summary: 'for a pull request' },
    ],
  },
]
