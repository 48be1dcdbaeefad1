import type { ArgumentData, CommandData } from '../command-data.ts'
import { approvalOptions } from './install-options.ts'

const plugins: ArgumentData = {
  name: 'plugins',
  summary: 'Names of plugins, or namespace/name; none means all',
  variadic: true,
  completes: 'plugin',
}

const policies = ['pinned', 'none', 'patch', 'minor', 'latest']

/** The commands about newer versions, and about how plugins are. */
export const updateCommands: readonly CommandData[] = [
  {
    path: ['plugin', 'update'],
    aliases: ['upgrade'],
    summary: 'Bring plugins to newer versions',
    description:
      'Each comes from the marketplace that the plugin came from, and is tried out with copies of what the plugin keeps before anything is real. What is signed by somebody else, or asks for more, waits until you agree, and the old version goes on running.',
    arguments: [plugins],
    options: [
      { name: 'all', summary: 'All plugins, which is the same as naming none' },
      { name: 'check-only', summary: 'Say what could be had, and change nothing' },
      { name: 'dry-run', summary: 'The same' },
      {
        name: 'policy',
        value: 'POLICY',
        summary: 'How far to go this time, whatever the settings say',
        choices: policies,
      },
      {
        name: 'to',
        value: 'VERSION',
        summary: 'The version that one plugin is to become, whatever policy and cooldown say',
      },
      {
        name: 'set-policy',
        value: 'POLICY',
        summary: 'How far the named plugins go from now on; "default" for what the settings say',
        choices: [...policies, 'default'],
      },
      ...approvalOptions,
      {
        name: 'if-due',
        summary: 'Look only if the last look is long enough ago, and ask nobody: for schedulers',
      },
      { name: 'print-timer', summary: 'Print units of systemd that do that' },
    ],
    examples: [
      { command: 'mb plugin update --check-only', summary: 'what could be had' },
      { command: 'mb plugin update acme/pdf', summary: 'one plugin' },
      { command: 'mb plugin update acme/pdf --to 2.0.0', summary: 'to this very version' },
      { command: 'mb plugin update acme/pdf --set-policy pinned', summary: 'not any more' },
      { command: 'mb plugin update --if-due', summary: 'as a scheduler does it' },
    ],
    exitCodes: [
      { code: '1', meaning: 'a new version failed, and the old one stays' },
      { code: '3', meaning: 'a plugin that was named cannot be updated now, and it says why' },
    ],
  },
  {
    path: ['plugin', 'health'],
    summary: 'Ask plugins whether they can do their work',
    description: 'Each is asked in its jail, several at once, and none is waited for for ever.',
    arguments: [plugins],
    options: [],
    examples: [
      { command: 'mb plugin health', summary: 'all of them' },
      { command: 'mb plugin health acme/pdf --json', summary: 'one, for programs' },
    ],
    exitCodes: [{ code: '1', meaning: 'a plugin is unhealthy, or could not say how it is' }],
  },
]
