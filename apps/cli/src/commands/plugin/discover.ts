import {
  discoverPlugins,
  watchPlugins,
  type Discovery,
  type DiscoveryChange,
  type DiscoverOptions,
} from '@mb/plugin-core/discovery'
import type { Context } from '../../context.ts'
import type { Output } from '../../output/output.ts'
import type { Invocation } from '../../parse/invocation.ts'
import { discoveryContext } from './discovery/discovery-context.ts'
import { showChange, showDiscovery } from './discovery/discovery-screen.ts'
import { readType } from './discovery/read-type.ts'

/** What was found, and what changed since. */
interface Discovered extends Discovery {
  /** The last thousand, with `--watch`. */
  readonly changes?: readonly DiscoveryChange[]
}

const mostChanges = 1000

/** Finds plugins; with `--watch` goes on until Ctrl-C, which is how it ends. */
export async function run(invocation: Invocation, context: Context): Promise<Discovered> {
  const words = invocation.rest('text').join(' ')
  const options: DiscoverOptions = {
    ...(words === '' ? {} : { text: words }),
    type: readType(invocation.option('type')),
    capability: invocation.option('capability'),
    check: invocation.has('check'),
    refresh: invocation.has('refresh'),
    remote: invocation.has('remote'),
    signal: context.signal,
  }
  const places = await discoveryContext(context)
  const found = await context.progress.during('Looking', discoverPlugins(places, options))
  if (!invocation.has('watch')) return found
  const { aside, settings } = context
  if (!settings.isJson) showDiscovery(found, aside, context)
  const changes: DiscoveryChange[] = []
  const known = found.plugins.filter(({ place }) => place !== 'remote')
  for await (const change of watchPlugins(places, { ...options, known })) {
    changes.push(change)
    if (changes.length > mostChanges) changes.shift()
    if (!settings.isJson) showChange(change, aside, context)
  }
  return { ...found, changes }
}

/** Shows them as a table; what was watched was shown as it came. */
export function render(discovered: Discovered, output: Output, context: Context): void {
  if (discovered.changes === undefined) showDiscovery(discovered, output, context)
}
