import type { FoundVersion } from '@mb/marketplace-client'
import type { PluginDetail } from '@mb/marketplace-protocol'
import { shortKey, showPermissions } from '../../consent/consent-screen.ts'
import type { Context } from '../../context.ts'
import { formatBytes } from '../../output/amounts.ts'
import { showFindings } from '../../output/findings.ts'
import type { Output } from '../../output/output.ts'
import { text } from '../../output/style.ts'
import type { Invocation } from '../../parse/invocation.ts'
import { openMarketplaces } from './open-marketplace.ts'
import { versionRows } from './version-rows.ts'

/** A plugin, and its latest version as it was checked here. */
interface MarketplaceInfo {
  readonly plugin: PluginDetail & { readonly repository: string }
  readonly latest: FoundVersion
}

const mostVersions = 5

/** Reads a plugin and its latest version. */
export async function run(invocation: Invocation, context: Context): Promise<MarketplaceInfo> {
  const { signal } = context
  const { marketplace } = await openMarketplaces(context)
  return context.progress.during('Asking the marketplace', async () => {
    const latest = await marketplace.find(invocation.argument('plugin'), { signal })
    return { plugin: await marketplace.info(latest.id, { signal }), latest }
  })
}

/** Shows what is known of it. */
export function render({ plugin, latest }: MarketplaceInfo, output: Output): void {
  const { style } = output
  output.line(text`${style.strong(plugin.id)} ${latest.version}  ${plugin.description}`)
  const key = `key ${shortKey(latest.keyId)}`
  output.facts([
    ['made by', plugin.author],
    ['licence', plugin.license],
    ['from', `marketplace ${plugin.repository}`],
    [
      'signed by',
      latest.publicKeyKnown
        ? style.good(`${key}, known from before`)
        : style.warning(`${key}, seen for the first time`),
    ],
    ['published', latest.publishedAt],
    ['size', formatBytes(latest.archive.bytes)],
    ['runtime', latest.runtime],
    ['homepage', plugin.homepage],
    ['source', plugin.repository],
    ['digest', latest.digest],
  ])
  output.gap()
  if (latest.permissions.length === 0) output.line('It asks for nothing.')
  else output.line('It asks to:')
  showPermissions(latest.permissions, output)
  const { findings } = latest.scan
  output.line(
    findings.length === 0
      ? text`The marketplace’s scan found ${style.good('nothing')}.`
      : 'The marketplace’s scan found:',
  )
  showFindings(findings, output)
  if (latest.commands.length > 0) {
    output.gap()
    output.table(
      ['command', 'what it does'],
      latest.commands.map((command) => [style.name(command.name), command.summary]),
    )
  }
  output.gap()
  output.table(
    ['version', 'published', 'size', 'signed by'],
    versionRows(plugin.versions.slice(0, mostVersions), style),
  )
  if (plugin.versions.length > mostVersions)
    output.line(
      text`${style.faint(`and ${plugin.versions.length - mostVersions} more: mb marketplace versions ${plugin.id}`)}`,
    )
}
