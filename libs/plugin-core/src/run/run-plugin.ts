import { nearestName } from '@mb/kernel'
import type { CommandDeclaration } from '@mb/manifest'
import { PluginError } from '../plugin-error.ts'
import { commandValues, withPaths } from './command-values.ts'
import { namedHosts } from './named-hosts.ts'
import type { RunRequest, RunResult } from './run-request.ts'
import { startPlugin } from './start-plugin.ts'

/**
 * Runs one command of a plugin inside a sandbox that is made of its grants and of what the person named for this run.
 * Afterwards nothing of it is left running.
 *
 * @throws PluginError `MB_PLUGIN_COMMAND`, `MB_PLUGIN_USAGE`, `MB_PLUGIN_RUNTIME`, `MB_PERMISSION_UNSUPPORTED`,
 * `MB_PERMISSION_PATH`, `MB_PLUGIN_LOAD`, `MB_PLUGIN_FAILED`, `MB_PLUGIN_DEADLINE`, `MB_PLUGIN_PROTOCOL`,
 * `MB_PLUGIN_CRASHED`, `MB_PLUGIN_LIMIT`, `MB_HOME_UNUSABLE`; SandboxError; the reason of the signal when it aborted
 */
export async function runPlugin(request: RunRequest): Promise<RunResult> {
  return await startPlugin(request, {
    stage: 'execute',
    command: request.command,
    prepare: () => {
      const command = findCommand(request)
      const values = commandValues(command, {
        arguments: request.arguments ?? {},
        options: request.options ?? {},
      })
      const { hosts, passwords } = namedHosts(values.addresses)
      return {
        paths: values.paths,
        hosts,
        secrets: [...values.secrets, ...passwords],
        params: (inside) => ({ command: command.name, ...withPaths(command, values, inside) }),
        timeoutMs: ({ wallSeconds }) => (wallSeconds === undefined ? Infinity : wallSeconds * 1000),
      }
    },
  })
}

function findCommand({ id, manifest, command }: RunRequest): CommandDeclaration {
  const found = manifest.commands.find(({ name }) => name === command)
  if (found !== undefined) return found
  const names = manifest.commands.map(({ name }) => name)
  const near = nearestName(command, names)
  throw new PluginError(
    'MB_PLUGIN_COMMAND',
    `Cannot run command "${command}" of plugin "${id}": it has none of that name`,
    { hint: near === undefined ? `It has: ${names.join(', ')}` : `Did you mean "${near}"?` },
  )
}
