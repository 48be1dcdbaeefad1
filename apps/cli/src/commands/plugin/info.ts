import { describePermissions, type PermissionDescription } from '@mb/manifest'
import type { InstalledPlugin } from '@mb/plugin-core'
import { showPermissions } from '../../consent/consent-screen.ts'
import type { Context } from '../../context.ts'
import type { Output } from '../../output/output.ts'
import type { Invocation } from '../../parse/invocation.ts'
import { openHost } from './host.ts'
import { signerOf } from './signer.ts'
import { stateOf } from './state.ts'
import { text } from '../../output/style.ts'

/** A plugin, and in words what it asks. */
interface PluginInfo {
  readonly plugin: InstalledPlugin
  readonly asks: readonly PermissionDescription[]
}

/** Reads one plugin. */
export async function run(invocation: Invocation, context: Context): Promise<PluginInfo> {
  await using host = await openHost(context)
  const plugin = host.get(invocation.argument('plugin'))
  return { plugin, asks: describePermissions(plugin.permissions) }
}

/** Shows what is known of it. */
export function render({ plugin, asks }: PluginInfo, output: Output): void {
  const { style } = output
  output.line(text`${style.strong(plugin.id)} ${plugin.version}  ${plugin.description}`)
  output.facts([
    ['made by', plugin.author],
    ['licence', plugin.license],
    ['state', stateOf(plugin, style)],
    ['signed by', signerOf(plugin.signature, style)],
    ['digest', plugin.digest],
    ['installed', plugin.installedAt],
    ['from', origin(plugin)],
    ['folder', plugin.directory],
  ])
  if (plugin.commands.length > 0) {
    output.gap()
    output.table(
      ['command', 'what it does'],
      plugin.commands.map((command) => [style.name(`mb ${command.word}`), command.summary]),
    )
  }
  output.gap()
  if (asks.length === 0) output.line('It asks for nothing.')
  else output.line('It asks to:')
  showPermissions(asks, output)
}

function origin({ source }: InstalledPlugin): string {
  const [, repository] = /^marketplace:([^/]*)\//.exec(source) ?? []
  return repository === undefined ? source : `marketplace ${repository}`
}
