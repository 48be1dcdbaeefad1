import { loaded, type LoadedCommand } from '../command-module.ts'
import type { CommandData } from './command-data.ts'

/** The code of each built-in command by its words, loaded when it is run. */
const modules: Readonly<Record<string, () => Promise<LoadedCommand>>> = {
  completion: async () => loaded(await import('./completion.ts')),
  'config show': async () => loaded(await import('./config/show.ts')),
  help: async () => loaded(await import('./help.ts')),
  'plugin disable': async () => loaded(await import('./plugin/disable.ts')),
  'plugin enable': async () => loaded(await import('./plugin/enable.ts')),
  'plugin info': async () => loaded(await import('./plugin/info.ts')),
  'plugin install': async () => loaded(await import('./plugin/install.ts')),
  'plugin list': async () => loaded(await import('./plugin/list.ts')),
  'plugin permissions': async () => loaded(await import('./plugin/permissions.ts')),
  'plugin run': async () => loaded(await import('./plugin/run.ts')),
  'plugin uninstall': async () => loaded(await import('./plugin/uninstall.ts')),
  'sandbox doctor': async () => loaded(await import('./sandbox/doctor.ts')),
  'sandbox run': async () => loaded(await import('./sandbox/run.ts')),
  'sdk create': async () => loaded(await import('./sdk/create.ts')),
  'sdk keys create': async () => loaded(await import('./sdk/keys/create.ts')),
  'sdk keys delete': async () => loaded(await import('./sdk/keys/delete.ts')),
  'sdk keys export': async () => loaded(await import('./sdk/keys/export.ts')),
  'sdk keys list': async () => loaded(await import('./sdk/keys/list.ts')),
  'sdk package': async () => loaded(await import('./sdk/package.ts')),
  'sdk templates': async () => loaded(await import('./sdk/templates.ts')),
  'sdk test': async () => loaded(await import('./sdk/test.ts')),
  'sdk validate': async () => loaded(await import('./sdk/validate.ts')),
  status: async () => loaded(await import('./status.ts')),
  version: async () => loaded(await import('./version.ts')),
}

/** The code of a command. */
export async function loadCommand(command: CommandData): Promise<LoadedCommand> {
  if (command.plugin !== undefined) {
    const { runWord } = await import('./plugin/run-word.ts')
    return runWord(command.plugin)
  }
  const load = modules[command.path.join(' ')]
  if (load === undefined)
    throw new TypeError(`Cannot run "mb ${command.path.join(' ')}": it has no code`)
  return load()
}
