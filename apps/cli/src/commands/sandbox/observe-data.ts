import type { CommandData } from '../command-data.ts'

/** The command `mb sandbox observe`. */
export const observeData: CommandData = {
  path: ['sandbox', 'observe'],
  summary: 'Run a command to see what it needs, and write the least policy',
  description:
    'The command runs in a jail: it sees the folder that you are in, and what it writes there is dropped afterwards. Its home is empty, keys are not there, and no host is reached but those that you name. What it reached for is recorded by strace, and becomes the policy that mb sandbox run --policy reads. Then it is run again without each line, and what it does not need is left out. What it prints goes to standard error. It reads nothing from standard input.',
  arguments: [
    { name: 'command', summary: 'Command to observe', required: true },
    { name: 'arguments', summary: 'Its arguments', variadic: true, completes: 'file' },
  ],
  options: [
    {
      name: 'write',
      value: 'FILE',
      summary: 'File that the policy is written to, instead of standard output',
      completes: 'file',
    },
    { name: 'force', summary: 'Write over a file that is there' },
    {
      name: 'read',
      short: 'r',
      value: 'PATH',
      summary: 'File or folder outside of this one that it is shown',
      isRepeatable: true,
      completes: 'file',
    },
    {
      name: 'deny',
      value: 'PATH',
      summary: 'File or folder that it may not see; the policy says so too',
      isRepeatable: true,
      completes: 'file',
    },
    {
      name: 'net',
      value: 'HOST[:PORT]',
      summary: 'Host that it may connect to',
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
      name: 'env',
      value: 'NAME[=VALUE]',
      summary: 'Variable that it gets; no value is written to the policy',
      isRepeatable: true,
    },
    { name: 'time', value: 'DURATION', summary: 'Longest run, such as 10s' },
    { name: 'memory', value: 'SIZE', summary: 'Most memory, such as 256M' },
    { name: 'processes', value: 'N', summary: 'Most processes at one time' },
    {
      name: 'written',
      value: 'SIZE',
      summary: 'Most bytes that it may write to files in all',
    },
    { name: 'no-minimise', summary: 'Do not run it again to see which lines it needs' },
  ],
  examples: [
    { command: 'mb sandbox observe -- git status', summary: 'what git reads, as a policy' },
    {
      command: 'mb sandbox observe --write jail.yaml -- sh build.sh',
      summary: 'keep it, for mb sandbox run --policy jail.yaml',
    },
    {
      command: 'mb sandbox observe --net example.com:443 --env CI -- npm test',
      summary: 'let it have a host and a variable, which the policy names if it uses them',
    },
    { command: 'mb sandbox observe --json -- make', summary: 'all that is known, for programs' },
  ],
  exitCodes: [
    { code: '0', meaning: 'it was observed, however the command ended' },
    {
      code: '1',
      meaning: 'the command does not do the same under the policy, or another thing on each run',
    },
    { code: '3', meaning: 'there is no strace, or no jail, or the folder cannot be shown' },
    { code: '4', meaning: 'there is no such command in the jail' },
  ],
  isPassThrough: true,
}
