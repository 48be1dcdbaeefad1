// The commands of mb as data, for documentation
export { commands, groups } from './commands/index.ts'
export { globalOptions } from './commands/global-options.ts'
export type {
  ArgumentData,
  CommandData,
  Completes,
  ExampleData,
  ExitCodeData,
  GroupData,
  OptionData,
  PluginSource,
} from './commands/command-data.ts'

// Errors
export { CliError, cliErrors, exitCodeOf } from './cli-error.ts'
export type { CliErrorCode } from './cli-error.ts'
