import { nearestName } from '@mb/kernel'
import type { InstalledPlugin } from '@mb/plugin-core'
import type { DiscoveredPlugin } from '@mb/plugin-core/discovery'
import { pluginCommandData } from '../../catalogue.ts'
import { CliError } from '../../cli-error.ts'
import type { Context } from '../../context.ts'
import type { Invocation } from '../../parse/invocation.ts'
import { parseCommand } from '../../parse/parse-command.ts'
import { safe, text } from '../../output/style.ts'
import { findMeant, notInstalled } from './discovery/not-installed.ts'
import { openHost } from './host.ts'
import { renderPluginRun, runPluginCommand, type PluginRun } from './run-command.ts'

/** Runs a command of a plugin by the plugin's name and the command's own. */
export async function run(invocation: Invocation, context: Context): Promise<PluginRun> {
  const name = invocation.argument('command')
  const plugin = await installed(invocation.argument('plugin'), context)
  const declared = plugin.commands.find((command) => command.name === name)
  if (declared === undefined) {
    const names = plugin.commands.map((command) => command.name)
    throw new CliError(
      'MB_CLI_COMMAND_UNKNOWN',
      `Cannot run command "${name}" of "${plugin.id}": it has none of that name`,
      { hint: hintFor(name, names) },
    )
  }
  const data = pluginCommandData({
    ...declared,
    word: name,
    plugin: plugin.id,
    version: plugin.version,
    command: name,
  })
  const line = {
    path: ['plugin', 'run', plugin.id, name],
    command: data,
    globals: [],
    rest: invocation.rest('arguments'),
  }
  const parsed = await parseCommand({ ...data, path: line.path }, line)
  return runPluginCommand({ plugin: plugin.id, command: name }, parsed.invocation, context)
}

export { renderPluginRun as render }

async function installed(name: string, context: Context): Promise<InstalledPlugin> {
  try {
    await using host = await openHost(context)
    return host.get(name)
  } catch (error) {
    const found = await findMeant(error, name, context)
    if (found === undefined) throw error
    return await installFound(found, context)
  }
}

/** What was found here runs once it is installed, which takes somebody who agrees to that, and to what it asks. */
async function installFound(found: DiscoveredPlugin, context: Context): Promise<InstalledPlugin> {
  const { id, version, path } = found
  const question = text`${id} ${version} is not installed, and was found in ${path}. Install it?`
  if (!context.isInteractive || !(await context.ask(safe(question)))) throw notInstalled(found)
  const { installing } = await import('./installing.ts')
  return await installing(context, { to: 'install', isYes: false }, (host, { onStep }) =>
    host.install(path, { signal: context.signal, onStep }),
  )
}

function hintFor(name: string, names: readonly string[]): string {
  const nearest = nearestName(name, names)
  if (nearest !== undefined) return `Did you mean "${nearest}"?`
  return names.length === 0 ? 'This plugin has no commands' : `It has ${names.join(', ')}`
}
