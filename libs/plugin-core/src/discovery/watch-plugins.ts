import { isDeepStrictEqual } from 'node:util'
import type { DiscoveredPlugin } from './discovered-plugin.ts'
import { discoverPlugins, type DiscoverOptions, type DiscoveryContext } from './discover-plugins.ts'
import { FolderWatch } from './folder-watch.ts'

/** Something that changed among the plugins that can be found. */
export type DiscoveryChange =
  | { readonly kind: 'added'; readonly plugin: DiscoveredPlugin }
  | { readonly kind: 'removed'; readonly plugin: DiscoveredPlugin }
  | {
      readonly kind: 'changed'
      readonly plugin: DiscoveredPlugin
      readonly before: DiscoveredPlugin
    }

/** How plugins are watched. */
export interface WatchOptions extends Omit<DiscoverOptions, 'remote' | 'refresh'> {
  /** How long a folder has to be quiet before it is looked at. @default 200 */
  readonly settleMs?: number | undefined
  /** What the asker knows already. @default what is there when it is first asked for */
  readonly known?: readonly DiscoveredPlugin[] | undefined
}

/**
 * Tells what changes among the plugins that are found, until the signal aborts. Folders are watched as far as the
 * system lets them be, and everything is looked through again every `rescanSeconds`, so that nothing is missed for ever.
 */
export async function* watchPlugins(
  context: DiscoveryContext,
  options: WatchOptions = {},
): AsyncGenerator<DiscoveryChange, void> {
  const { rescanSeconds = 300 } = context
  const { settleMs = 200, known, signal, ...wanted } = options
  using watch = new FolderWatch({ settleMs, rescanMs: rescanSeconds * 1000, signal })
  const first = await look()
  yield* changesBetween(known ?? first, first)
  for (let before = first; await watch.next();) {
    const after = await look()
    yield* changesBetween(before, after)
    before = after
  }

  async function look(): Promise<readonly DiscoveredPlugin[]> {
    const folders = new Set<string>()
    // Watched before it is read: what happens after that is not missed.
    const onFolder = (path: string): void => {
      folders.add(path)
      watch.add(path)
    }
    const found = await discoverPlugins(
      { ...context, onFolder, listRemote: undefined },
      { ...wanted, refresh: false },
    )
    watch.keep(folders)
    return found.plugins
  }
}

/** What has to be told to somebody who knows what was there before. */
function changesBetween(
  before: readonly DiscoveredPlugin[],
  after: readonly DiscoveredPlugin[],
): readonly DiscoveryChange[] {
  const old = byPlace(before)
  const present = byPlace(after)
  const removed = [...old]
    .filter(([key]) => !present.has(key))
    .map(([, plugin]): DiscoveryChange => ({ kind: 'removed', plugin }))
  const others = [...present].flatMap(([key, plugin]): readonly DiscoveryChange[] => {
    const was = old.get(key)
    if (was === undefined) return [{ kind: 'added', plugin }]
    return isDeepStrictEqual(was, plugin) ? [] : [{ kind: 'changed', plugin, before: was }]
  })
  return [...removed, ...others]
}

function byPlace(plugins: readonly DiscoveredPlugin[]): ReadonlyMap<string, DiscoveredPlugin> {
  return new Map(plugins.map((plugin) => [`${plugin.path}\0${plugin.id}`, plugin]))
}
