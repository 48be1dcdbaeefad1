import type { Severity } from '../finding.ts'

/** A rule as the documentation and reports have it. */
export interface RuleInfo {
  readonly id: string
  readonly rule: string
  readonly severity: Severity
  /** What it means, in one sentence. */
  readonly summary: string
  /** The next step for the author. */
  readonly help: string
}

/** Name of a rule. */
export type RuleName =
  | 'undeclared-network'
  | 'undeclared-files'
  | 'undeclared-processes'
  | 'dynamic-import'
  | 'install-hook'
  | 'checkout-hook'
  | 'decode-and-run'
  | 'decode-and-start'
  | 'native-binary'
  | 'unparseable'

/** Every rule by its name. */
export const ruleTable: Readonly<Record<RuleName, Omit<RuleInfo, 'rule'>>> = {
  'undeclared-network': {
    id: 'MB4001',
    severity: 'medium',
    summary: 'The code uses the network, and the manifest does not ask for it.',
    help: 'Ask for the hosts under permissions.net, or remove the use',
  },
  'undeclared-files': {
    id: 'MB4002',
    severity: 'medium',
    summary:
      'The code uses files, and the manifest neither asks for any nor lets the person name one.',
    help: 'Ask under permissions.fs, or declare an argument of type file or dir',
  },
  'undeclared-processes': {
    id: 'MB4003',
    severity: 'medium',
    summary: 'The code starts programs or loads native code, and the manifest does not ask for it.',
    help: 'Ask for the command under permissions.exec, or remove the use',
  },
  'dynamic-import': {
    id: 'MB4028',
    severity: 'low',
    summary: 'Which module is loaded is known only when the code runs.',
    help: 'Import by a constant name where that is possible',
  },
  'install-hook': {
    id: 'MB4010',
    severity: 'high',
    summary: 'The package has code that a package manager would run when it is installed.',
    help: 'Remove it: plugins are installed without running anything',
  },
  'checkout-hook': {
    id: 'MB4013',
    severity: 'low',
    summary: 'The package has a script that npm would run in a checkout of it.',
    help: 'Nothing needs to be done: plugins are installed without running anything',
  },
  'decode-and-run': {
    id: 'MB4020',
    severity: 'critical',
    summary: 'Text is decoded and then run as code, which hides what runs.',
    help: 'Ship the code as it is',
  },
  'decode-and-start': {
    id: 'MB4019',
    severity: 'high',
    summary: 'Text is decoded and then started as a program, which hides what is started.',
    help: 'Name the program and its arguments as they are',
  },
  'native-binary': {
    id: 'MB3007',
    severity: 'low',
    summary: 'The package holds compiled code, which cannot be judged.',
    help: 'Ship sources, or a WebAssembly module',
  },
  unparseable: {
    id: 'MB3020',
    severity: 'medium',
    summary: 'A file of code cannot be parsed, so it cannot be judged.',
    help: 'Remove the file, or mend it',
  },
}

/** Every rule, by its id. */
export const rules: readonly RuleInfo[] = Object.entries(ruleTable)
  .map(([rule, info]) => ({ rule, ...info }))
  .toSorted((a, b) => (a.id < b.id ? -1 : 1))
