import { readGrants, type PluginTrust } from '../consent/grants.ts'
import { findPlugin } from '../store/find-plugin.ts'
import type { HomeLayout } from '../store/home-layout.ts'
import type { InstalledPlugin } from '../store/installed-plugin.ts'
import { installedPlugin, type PluginRecord } from '../store/plugin-record.ts'
import type { RequirementGap } from '../store/requirement-gaps.ts'
import { readState } from '../store/state.ts'
import { forgetUse } from '../store/usage.ts'
import { unneededPlugins } from '../store/unneeded-plugins.ts'
import type { ChangePart } from './change-plan.ts'
import { checkDependents } from './check-dependents.ts'
import { commitChange, type ChangeBody, type ChangeContext } from './commit-change.ts'

/** How a plugin is uninstalled. */
export interface UninstallOptions {
  /** Removes the plugin's data folder and stored values too. @default false */
  readonly purge?: boolean | undefined
  /** Forgets who signed it, so that anybody's package of that name may come next. @default false */
  readonly forgetSigner?: boolean | undefined
  /** Removes it also when other plugins need it. @default false */
  readonly force?: boolean | undefined
  /** Removes with it the plugins that came because others needed them, and that nobody needs any more. @default false */
  readonly prune?: boolean | undefined
  /** Says what it would do, and does nothing. @default false */
  readonly dryRun?: boolean | undefined
  readonly signal?: AbortSignal | undefined
}

/** What uninstalling came to. */
export interface Uninstalled {
  readonly plugin: InstalledPlugin
  /** Those that were removed with it. */
  readonly pruned: readonly InstalledPlugin[]
  /** Those that stay, though nobody needs them any more. */
  readonly unneeded: readonly InstalledPlugin[]
  /** What other plugins lack now. */
  readonly breaks: readonly RequirementGap[]
}

/**
 * Removes a plugin, all its versions and its grant. Its data stays, unless it is purged; who signed it stays known, unless
 * forgotten.
 *
 * @throws PluginError `MB_PLUGIN_NOT_FOUND`, `MB_PLUGIN_AMBIGUOUS`, `MB_PLUGIN_NEEDED`
 */
export async function uninstallPlugin(
  name: string,
  options: UninstallOptions,
  context: ChangeContext,
): Promise<Uninstalled> {
  // What is not there is told before anything is made in the home.
  const { plugins } = readState(context.layout)
  const { result } = uninstallation(name, plugins, options, context.layout)
  if (options.dryRun === true) return result
  const done = await commitChange(context, async (state) => {
    const now = uninstallation(name, state.plugins, options, context.layout)
    return await removal(now, options, context.layout)
  })
  if (options.purge === true)
    forgetUse(
      context.layout,
      [done.plugin, ...done.pruned].map(({ id }) => id),
    )
  return done
}

interface Uninstallation {
  readonly removed: readonly PluginRecord[]
  readonly result: Uninstalled
}

function uninstallation(
  name: string,
  plugins: readonly PluginRecord[],
  { force = false, prune = false }: UninstallOptions,
  layout: HomeLayout,
): Uninstallation {
  const record = findPlugin(plugins, name)
  const { id } = record
  const others = plugins.filter((plugin) => plugin !== record)
  const wereUnneeded = new Set(unneededPlugins(plugins))
  const unneeded = unneededPlugins(others).filter((plugin) => !wereUnneeded.has(plugin))
  const pruned = prune ? unneeded : []
  const after = others.filter((plugin) => !pruned.includes(plugin))
  const breaks = checkDependents({ action: 'uninstall', id, before: plugins, after, force })
  const shown = (each: PluginRecord): InstalledPlugin => installedPlugin(each, layout)
  return {
    removed: [record, ...pruned],
    result: {
      plugin: shown(record),
      pruned: pruned.map(shown),
      unneeded: prune ? [] : unneeded.map(shown),
      breaks,
    },
  }
}

async function removal(
  { removed, result }: Uninstallation,
  options: UninstallOptions,
  layout: HomeLayout,
): Promise<ChangeBody<Uninstalled>> {
  const grants = await readGrants(layout)
  const [{ id: first } = { id: '' }] = removed
  return {
    plan: {
      parts: removed.map((record) =>
        removalOf(record, grants.get(record.id) ?? {}, { options, layout }),
      ),
    },
    apply: (state) => {
      for (const { id } of removed) state.remove(id)
    },
    history: removed.map(({ id, manifest }) => ({
      id,
      action: 'uninstall',
      from: manifest.version,
      ...(id === first ? {} : { reason: `nobody needs it without ${first}` }),
    })),
    result,
  }
}

function removalOf(
  { id, versions }: PluginRecord,
  before: PluginTrust,
  {
    options: { purge = false, forgetSigner = false },
    layout,
  }: { readonly options: UninstallOptions; readonly layout: HomeLayout },
): ChangePart {
  const { signer } = before
  return {
    id,
    obsolete: [
      ...versions.map(({ version }) => layout.package(id, version)),
      layout.backupOf(id),
      ...(purge ? [layout.dataOf(id)] : []),
    ],
    purge,
    trust: { before, after: forgetSigner || signer === undefined ? {} : { signer } },
  }
}
