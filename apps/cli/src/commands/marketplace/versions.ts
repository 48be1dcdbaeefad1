import type { VersionSummary } from '@mb/marketplace-protocol'
import type { Context } from '../../context.ts'
import type { Output } from '../../output/output.ts'
import { text } from '../../output/style.ts'
import type { Invocation } from '../../parse/invocation.ts'
import { findPluginId } from './find-plugin.ts'
import { openMarketplaces } from './open-marketplace.ts'
import { versionRows } from './version-rows.ts'

/** The versions of a plugin, newest first. */
interface Versions {
  readonly id: string
  readonly repository: string
  readonly versions: readonly VersionSummary[]
}

/** Reads the versions of a plugin. */
export async function run(invocation: Invocation, context: Context): Promise<Versions> {
  const { signal } = context
  const { marketplace } = await openMarketplaces(context)
  return context.progress.during('Asking the marketplace', async () => {
    const id = await findPluginId(marketplace, invocation.argument('plugin'), signal)
    return marketplace.versions(id, { signal })
  })
}

/** Shows them as a table. */
export function render({ id, repository, versions }: Versions, output: Output): void {
  const { style } = output
  output.line(text`${style.strong(id)} in marketplace ${repository}`)
  output.table(['version', 'published', 'size', 'signed by'], versionRows(versions, style))
}
