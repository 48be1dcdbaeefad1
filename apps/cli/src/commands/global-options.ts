import type { OptionData } from './command-data.ts'

/** Options that every command takes, before its words or after them. */
export const globalOptions: readonly OptionData[] = [
  {
    name: 'config',
    short: 'c',
    value: 'FILE',
    summary: 'Read settings from this file too',
    completes: 'file',
  },
  { name: 'json', summary: 'Print one JSON value for programs' },
  { name: 'verbose', short: 'v', summary: 'Tell more' },
  { name: 'debug', summary: 'Show where errors come from' },
  { name: 'no-color', summary: 'No colours' },
  { name: 'help', short: 'h', summary: 'Explain the command' },
]

/** The one option of `mb` alone. */
export const versionOption: OptionData = {
  name: 'version',
  short: 'V',
  summary: 'Show the version',
}
