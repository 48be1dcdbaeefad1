import type { InstalledPlugin } from '@mb/plugin-core'
import type { Context } from '../../context.ts'
import type { Output } from '../../output/output.ts'
import type { Invocation } from '../../parse/invocation.ts'
import { tellFound } from './discovery/tell-found.ts'
import { openHost } from './host.ts'
import { signerOf } from './signer.ts'
import { stateOf } from './state.ts'
import { text } from '../../output/style.ts'

/** Reads the installed plugins. */
export async function run(
  _invocation: Invocation,
  context: Context,
): Promise<readonly InstalledPlugin[]> {
  await using host = await openHost(context)
  if (!context.settings.isJson) await tellFound(context)
  return host.list()
}

/** Shows them as a table. */
export function render(plugins: readonly InstalledPlugin[], output: Output): void {
  const { style } = output
  if (plugins.length === 0) {
    output.line(
      text`No plugin is installed. ${style.faint('`mb plugin install PATH` installs one.')}`,
    )
    return
  }
  output.table(
    ['plugin', 'version', 'state', 'signed by', 'commands', 'description'],
    plugins.map((plugin) => [
      style.strong(plugin.id),
      plugin.version,
      stateOf(plugin, style),
      signerOf(plugin.signature, style),
      plugin.commands.map((command) => command.word).join(', '),
      plugin.description,
    ]),
  )
}
