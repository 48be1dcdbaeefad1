import type { InstalledPlugin } from '@mb/plugin-core'
import type { Context } from '../../context.ts'
import type { Output } from '../../output/output.ts'
import { text, type Text } from '../../output/style.ts'
import type { Invocation } from '../../parse/invocation.ts'
import { tellFound } from './discovery/tell-found.ts'
import { openHost } from './host.ts'
import { signerOf } from './signer.ts'
import { stateOf } from './state.ts'

/** What is installed, and whether its versions are of interest. */
interface Listing {
  readonly plugins: readonly InstalledPlugin[]
  readonly withVersions: boolean
  /** JSON is the plugins alone. */
  toJSON(): readonly InstalledPlugin[]
}

/** Reads the installed plugins. */
export async function run(invocation: Invocation, context: Context): Promise<Listing> {
  await using host = await openHost(context)
  if (!context.settings.isJson) await tellFound(context)
  const plugins = host.list().filter(({ enabled }) => enabled || !invocation.has('enabled'))
  return { plugins, withVersions: invocation.has('versions'), toJSON: () => plugins }
}

/** Shows them as a table. */
export function render({ plugins, withVersions }: Listing, output: Output): void {
  const { style } = output
  if (plugins.length === 0) {
    output.line(
      text`No plugin is installed. ${style.faint('`mb plugin install PATH` installs one.')}`,
    )
    return
  }
  const kept = ({ version, versions }: InstalledPlugin): readonly Text[] =>
    withVersions ? [versions.filter((each) => each !== version).join(', ')] : []
  output.table(
    [
      'plugin',
      'version',
      ...(withVersions ? ['kept'] : []),
      'state',
      'signed by',
      'commands',
      'description',
    ],
    plugins.map((plugin) => [
      style.strong(plugin.id),
      plugin.version,
      ...kept(plugin),
      stateOf(plugin, style),
      signerOf(plugin.signature, style),
      plugin.commands.map((command) => command.word).join(', '),
      plugin.description,
    ]),
  )
  for (const { id, held } of plugins)
    if (held !== undefined)
      output.line(
        text`${style.warning('!')} ${style.strong(id)} ${held.version} waits: ${held.reason}`,
      )
}
