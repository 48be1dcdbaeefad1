import type { CommandData, GroupData } from '../command-data.ts'

/** The group `sandbox`. */
export const sandboxGroups: readonly GroupData[] = [
  { path: ['sandbox'], summary: 'Run any command in a jail, and prove the jail' },
]

/** The commands that need no plugin: the jail itself. */
export const sandboxCommands: readonly CommandData[] = [
  {
    path: ['sandbox', 'run'],
    summary: 'Run a command that sees only what you name',
    description:
      'The command gets the system programs, a private /tmp and nothing else: no file of yours, no network. Its output is passed on as it is, and its exit code too. It starts in the current folder when something of it is granted, else in /.',
    arguments: [
      { name: 'command', summary: 'Command to run', required: true },
      { name: 'arguments', summary: 'Its arguments', variadic: true, completes: 'file' },
    ],
    options: [
      {
        name: 'read',
        short: 'r',
        value: 'PATH',
        summary: 'File or folder that it may read',
        isRepeatable: true,
        completes: 'file',
      },
      {
        name: 'write',
        short: 'w',
        value: 'PATH',
        summary: 'File or folder that it may read and change',
        isRepeatable: true,
        completes: 'file',
      },
      { name: 'memory', value: 'SIZE', summary: 'Most memory, such as 256M' },
      { name: 'time', value: 'DURATION', summary: 'Longest run, such as 10s' },
    ],
    examples: [
      { command: 'mb sandbox run -- ls /', summary: 'what the jail sees' },
      {
        command: 'mb sandbox run --read README.md --memory 256M --time 10s -- wc -w README.md',
        summary: 'one file, and limits',
      },
      { command: 'mb sandbox run -v -- true', summary: 'with the receipt' },
    ],
    exitCodes: [
      { code: '124', meaning: 'ended by the time limit' },
      { code: '125', meaning: 'the sandbox itself failed' },
      { code: '126', meaning: 'refused: the jail would be weaker than asked' },
      { code: '127', meaning: 'there is no such command in the jail' },
      { code: '137', meaning: 'ended by the memory limit' },
      { code: 'other', meaning: "the command's own" },
    ],
    isPassThrough: true,
  },
  {
    path: ['sandbox', 'doctor'],
    summary: 'Prove the jail on this machine, or say what to install',
    arguments: [],
    options: [],
    examples: [{ command: 'mb sandbox doctor', summary: 'the receipt of a probe' }],
    exitCodes: [{ code: '3', meaning: 'this machine has no jail that meets the policy' }],
  },
]
