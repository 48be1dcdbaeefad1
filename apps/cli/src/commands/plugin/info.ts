import { describeMissing, describePermissions, type PermissionDescription } from '@mb/manifest'
import type { InstalledPlugin, PluginPackages } from '@mb/plugin-core'
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
  /** What it can do without. */
  readonly optional: readonly PermissionDescription[]
  readonly packages: PluginPackages
}

/** Reads one plugin. */
export async function run(invocation: Invocation, context: Context): Promise<PluginInfo> {
  await using host = await openHost(context)
  const plugin = host.get(invocation.argument('plugin'))
  const packages = await host.packages(plugin.id)
  return {
    plugin,
    asks: describePermissions(plugin.permissions),
    optional: describePermissions(plugin.optionalPermissions),
    packages,
  }
}

/** Shows what is known of it. */
export function render({ plugin, asks, optional, packages }: PluginInfo, output: Output): void {
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
    ['packages', listed(packages.present.map(({ name, version }) => `${name} ${version}`))],
    ['lacks', listed(packages.missing.map(describeMissing))],
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
  if (optional.length > 0) output.line('It can do without, and make use of:')
  showPermissions(optional, output)
}

function listed(names: readonly string[]): string | undefined {
  return names.length === 0 ? undefined : names.join(', ')
}

function origin({ source }: InstalledPlugin): string {
  const [, repository] = /^marketplace:([^/]*)\//.exec(source) ?? []
  return repository === undefined ? source : `marketplace ${repository}`
}
