import type { CommandData, GroupData } from '../command-data.ts'
import { observeData } from './observe-data.ts'
import { backendChoices, levelChoices } from './strength-names.ts'

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
      'The command gets the system programs, a private /tmp and nothing else: no file of yours, no network but the hosts that you name. Its output is passed on as it is, and its exit code too. It starts in the current folder when something of it is granted, else in /.',
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
      {
        name: 'deny',
        value: 'PATH',
        summary: 'File or folder that it may not see, although it lies in what is granted',
        isRepeatable: true,
        completes: 'file',
      },
      {
        name: 'net',
        value: 'HOST[:PORT]',
        summary:
          'Host that it may connect to, through a proxy: a name, *.name, or an address (IPv6 in brackets)',
        isRepeatable: true,
      },
      {
        name: 'ca',
        value: 'FILE',
        summary: 'Certificates in PEM that it trusts beside those of the system',
        isRepeatable: true,
        completes: 'file',
      },
      {
        name: 'policy',
        value: 'FILE',
        summary: 'Policy in YAML or JSON; the options add to it',
        completes: 'file',
      },
      {
        name: 'env',
        value: 'NAME[=VALUE]',
        summary: 'Variable that it gets, with the value that you have or this one',
        isRepeatable: true,
      },
      { name: 'cwd', value: 'DIR', summary: 'Folder to start in', completes: 'dir' },
      { name: 'memory', value: 'SIZE', summary: 'Most memory, such as 256M' },
      { name: 'time', value: 'DURATION', summary: 'Longest run, such as 10s' },
      { name: 'cpu', value: 'DURATION', summary: 'Most CPU time of all its processes' },
      { name: 'processes', value: 'N', summary: 'Most processes at one time' },
      { name: 'threads', value: 'N', summary: 'Most threads at one time' },
      { name: 'file-size', value: 'SIZE', summary: 'Largest file that it may write' },
      { name: 'written', value: 'SIZE', summary: 'Most bytes that it may write to files in all' },
      {
        name: 'output',
        value: 'SIZE',
        summary: 'Most bytes that it may print; it prints to a pipe then, no terminal',
      },
      { name: 'tmp', value: 'SIZE', summary: 'Size of its private /tmp and home' },
      { name: 'open-files', value: 'N', summary: 'Most open files of one process' },
      {
        name: 'backend',
        value: 'NAME',
        summary: 'What builds the jail, instead of the strongest that works here',
        choices: backendChoices,
      },
      {
        name: 'level',
        value: 'LEVEL',
        summary: 'What has to be proved, instead of isolation.minimum in the settings',
        choices: levelChoices,
      },
      {
        name: 'audit',
        value: 'FILE',
        summary: 'File that each connection and a report are added to, as lines of JSON',
        completes: 'file',
      },
      { name: 'dry-run', summary: 'Say what it would see and what would be refused; run nothing' },
    ],
    examples: [
      { command: 'mb sandbox run -- ls /', summary: 'what the jail sees' },
      {
        command: 'mb sandbox run --read README.md --memory 256M --time 10s -- wc -w README.md',
        summary: 'one file, and limits',
      },
      {
        command: 'mb sandbox run --write . --deny .env -- npm test',
        summary: 'a project, but not its passwords',
      },
      {
        command: 'mb sandbox run --policy jail.yaml --dry-run -- make',
        summary: 'what a policy would give it',
      },
      {
        command: 'mb sandbox run --net example.com:443 -- curl -sS https://example.com/',
        summary: 'one host, and no other',
      },
      {
        command:
          'mb sandbox run --write . --net packages.example.com:443 --audit calls.jsonl -- npm ci',
        summary: 'with a record of whom it called',
      },
      { command: 'mb sandbox run -v -- true', summary: 'with the receipt' },
    ],
    exitCodes: [
      { code: '124', meaning: 'ended by a limit of time, or by another one than memory' },
      { code: '125', meaning: 'the sandbox itself failed' },
      {
        code: '126',
        meaning:
          'refused: it asks for what cannot be granted, or the jail would be weaker than asked, or became it',
      },
      { code: '127', meaning: 'there is no such command in the jail' },
      { code: '137', meaning: 'ended by the memory limit' },
      { code: 'other', meaning: "the command's own" },
    ],
    isPassThrough: true,
  },
  observeData,
  {
    path: ['sandbox', 'explain'],
    summary: 'Say in words what a policy file grants, and what would be refused',
    description:
      'Each grant with its risk, the gravest first. Paths of the file are absolute, from ${workspace} (the folder that you are in) or ${home}, else from the folder of the file. Nothing is run.',
    arguments: [
      {
        name: 'policy',
        summary: 'Policy in YAML or JSON; - for standard input',
        required: true,
        completes: 'file',
      },
    ],
    options: [],
    examples: [
      { command: 'mb sandbox explain jail.yaml', summary: 'before you run something with it' },
      { command: 'mb sandbox explain --json jail.yaml', summary: 'for programs' },
    ],
    exitCodes: [{ code: '3', meaning: 'the policy would be refused' }],
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
