import type { OptionData } from '../command-data.ts'

/** How somebody agrees to an installation, at the terminal or without one. */
export const approvalOptions: readonly OptionData[] = [
  {
    name: 'yes',
    short: 'y',
    summary: 'Agree without being asked, unless something of it is grave',
  },
  {
    name: 'approval',
    value: 'FILE',
    summary: 'Agree to exactly what this file approves',
    completes: 'file',
  },
  {
    name: 'request-approval',
    value: 'FILE',
    summary: 'Install nothing; write what would have to be approved into this file',
    completes: 'file',
  },
]

/** What is typed for a command, where its own name is taken. */
export const wordOption: OptionData = {
  name: 'word',
  value: 'COMMAND=WORD',
  summary: 'What to type for a command, where its own name is taken',
  isRepeatable: true,
}
