import { loaded, type LoadedCommand } from '../command-module.ts'
import type { CommandData } from './command-data.ts'

/** The code of each built-in command by its words, loaded when it is run. */
const modules: Readonly<Record<string, () => Promise<LoadedCommand>>> = {
  __complete: async () => loaded(await import('./complete.ts')),
  completion: async () => loaded(await import('./completion.ts')),
  'config show': async () => loaded(await import('./config/show.ts')),
  help: async () => loaded(await import('./help.ts')),
  'marketplace info': async () => loaded(await import('./marketplace/info.ts')),
  'marketplace install': async () => loaded(await import('./marketplace/install.ts')),
  'marketplace keys enrol': async () => loaded(await import('./marketplace/keys/enrol.ts')),
  'marketplace keys list': async () => loaded(await import('./marketplace/keys/list.ts')),
  'marketplace keys remove': async () => loaded(await import('./marketplace/keys/remove.ts')),
  'marketplace login': async () => loaded(await import('./marketplace/login.ts')),
  'marketplace logout': async () => loaded(await import('./marketplace/logout.ts')),
  'marketplace publish': async () => loaded(await import('./marketplace/publish.ts')),
  'marketplace repositories add': async () =>
    loaded(await import('./marketplace/repositories/add.ts')),
  'marketplace repositories list': async () =>
    loaded(await import('./marketplace/repositories/list.ts')),
  'marketplace repositories remove': async () =>
    loaded(await import('./marketplace/repositories/remove.ts')),
  'marketplace search': async () => loaded(await import('./marketplace/search.ts')),
  'marketplace validate': async () => loaded(await import('./marketplace/validate.ts')),
  'marketplace versions': async () => loaded(await import('./marketplace/versions.ts')),
  'plugin approve': async () => loaded(await import('./plugin/approve.ts')),
  'plugin diff': async () => loaded(await import('./plugin/diff.ts')),
  'plugin disable': async () => loaded(await import('./plugin/disable.ts')),
  'plugin doctor': async () => loaded(await import('./plugin/doctor.ts')),
  'plugin discover': async () => loaded(await import('./plugin/discover.ts')),
  'plugin enable': async () => loaded(await import('./plugin/enable.ts')),
  'plugin export': async () => loaded(await import('./plugin/export.ts')),
  'plugin health': async () => loaded(await import('./plugin/health.ts')),
  'plugin history': async () => loaded(await import('./plugin/history.ts')),
  'plugin import': async () => loaded(await import('./plugin/import.ts')),
  'plugin info': async () => loaded(await import('./plugin/info.ts')),
  'plugin install': async () => loaded(await import('./plugin/install.ts')),
  'plugin list': async () => loaded(await import('./plugin/list.ts')),
  'plugin lock': async () => loaded(await import('./plugin/lock.ts')),
  'plugin paths add': async () => loaded(await import('./plugin/paths/add.ts')),
  'plugin paths list': async () => loaded(await import('./plugin/paths/list.ts')),
  'plugin paths remove': async () => loaded(await import('./plugin/paths/remove.ts')),
  'plugin permissions': async () => loaded(await import('./plugin/permissions.ts')),
  'plugin revoke': async () => loaded(await import('./plugin/revoke.ts')),
  'plugin rollback': async () => loaded(await import('./plugin/rollback.ts')),
  'plugin run': async () => loaded(await import('./plugin/run.ts')),
  'plugin sources add': async () => loaded(await import('./plugin/sources/add.ts')),
  'plugin sources list': async () => loaded(await import('./plugin/sources/list.ts')),
  'plugin sources remove': async () => loaded(await import('./plugin/sources/remove.ts')),
  'plugin tree': async () => loaded(await import('./plugin/tree.ts')),
  'plugin statistics': async () => loaded(await import('./plugin/statistics.ts')),
  'plugin uninstall': async () => loaded(await import('./plugin/uninstall.ts')),
  'plugin update': async () => loaded(await import('./plugin/update.ts')),
  'sandbox doctor': async () => loaded(await import('./sandbox/doctor.ts')),
  'sandbox explain': async () => loaded(await import('./sandbox/explain.ts')),
  'sandbox observe': async () => loaded(await import('./sandbox/observe.ts')),
  'sandbox run': async () => loaded(await import('./sandbox/run.ts')),
  'sdk create': async () => loaded(await import('./sdk/create.ts')),
  'sdk keys create': async () => loaded(await import('./sdk/keys/create.ts')),
  'sdk keys delete': async () => loaded(await import('./sdk/keys/delete.ts')),
  'sdk keys export': async () => loaded(await import('./sdk/keys/export.ts')),
  'sdk keys list': async () => loaded(await import('./sdk/keys/list.ts')),
  'sdk package': async () => loaded(await import('./sdk/package.ts')),
  'sdk scan': async () => loaded(await import('./sdk/scan.ts')),
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
