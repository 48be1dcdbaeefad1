import { loaded, type LoadedCommand } from '../../command-module.ts'
import type { PluginSource } from '../command-data.ts'
import { renderPluginRun, runPluginCommand } from './run-command.ts'

/** The code behind a word that a plugin contributes. */
export function runWord({ id, command }: PluginSource): LoadedCommand {
  return loaded({
    run: (invocation, context) => runPluginCommand({ plugin: id, command }, invocation, context),
    render: renderPluginRun,
  })
}
