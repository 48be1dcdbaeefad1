import type { FoundVersion } from '@mb/marketplace-client'
import { describePermissions, verifyEnvelope, type PermissionDescription } from '@mb/manifest'
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
  readonly plugin: PluginDetail
  readonly latest: FoundVersion
  /** What it asks, from what was signed: what a marketplace says of it is its own word. */
  readonly asks: readonly PermissionDescription[]
}

const mostVersions = 5

/** Reads a plugin and its latest version. */
export async function run(invocation: Invocation, context: Context): Promise<MarketplaceInfo> {
  const { signal } = context
  const { marketplace } = await openMarketplaces(context)
  return context.progress.during('Asking the marketplace', async () => {
    const latest = await marketplace.find(invocation.argument('plugin'), { signal })
    const { predicate } = verifyEnvelope(latest.statement, latest.publicKey)
    return {
      plugin: await marketplace.info(latest.id, { signal }),
      latest,
      asks: describePermissions(predicate.permissions),
    }
  })
}

/** Shows what is known of it. */
export function render({ plugin, latest, asks }: MarketplaceInfo, output: Output): void {
  const { style } = output
  output.line(text`${style.strong(plugin.id)} ${latest.version}  ${plugin.description}`)
  const key = `key ${shortKey(latest.keyId)}`
  output.facts([
    ['made by', plugin.author],
    ['licence', plugin.license],
    ['from', `marketplace ${latest.repository}`],
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
  if (asks.length === 0) output.line('It asks for nothing.')
  else output.line('It asks to:')
  showPermissions(asks, output)
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
