import type { HomeLayout } from './home-layout.ts'
import type { PluginRecord } from './plugin-record.ts'
import { readState } from './state.ts'
import { readUsage, type KnownHealth, type PluginUsage } from './usage.ts'

/** What is known of one plugin in numbers. */
export interface PluginFigures extends PluginUsage {
  readonly id: string
  readonly version: string
  readonly type: string
  readonly enabled: boolean
  readonly wantedBy: PluginRecord['wantedBy']
  /** When the version that is active came; ISO 8601, UTC. */
  readonly installedAt: string
  /** How many versions are kept, the active one among them. */
  readonly versions: number
  /** Of one run; absent before the first. */
  readonly averageMs?: number
}

/** What is known of all plugins in numbers. */
export interface PluginStatistics {
  readonly total: number
  readonly enabled: number
  readonly disabled: number
  /** Updates that wait. */
  readonly held: number
  readonly byType: Readonly<Record<string, number>>
  readonly byAuthor: Readonly<Record<string, number>>
  /** How they were, when they were last asked; `unknown` before. */
  readonly byHealth: Readonly<Record<KnownHealth['status'] | 'unknown', number>>
  readonly runs: number
  readonly errors: number
  /** In order of their ids. */
  readonly plugins: readonly PluginFigures[]
}

/**
 * Counts what is installed and how it was used.
 *
 * @throws PluginError `MB_STATE_BROKEN`
 */
export function pluginStatistics(layout: HomeLayout): PluginStatistics {
  const { plugins } = readState(layout)
  const usage = readUsage(layout)
  const figures = plugins.map((plugin) => figuresOf(plugin, usage.get(plugin.id)))
  const enabled = plugins.filter((plugin) => plugin.enabled).length
  return {
    total: plugins.length,
    enabled,
    disabled: plugins.length - enabled,
    held: plugins.filter(({ held }) => held !== undefined).length,
    byType: countBy(plugins, ({ manifest }) => manifest.type),
    byAuthor: countBy(plugins, ({ manifest }) => manifest.author),
    byHealth: {
      healthy: 0,
      warning: 0,
      unhealthy: 0,
      error: 0,
      unknown: 0,
      ...countBy(figures, ({ health }) => health?.status ?? 'unknown'),
    },
    runs: sum(figures, ({ runs }) => runs),
    errors: sum(figures, ({ errors }) => errors),
    plugins: figures,
  }
}

const unused: PluginUsage = { runs: 0, errors: 0, totalMs: 0, longestMs: 0 }

function figuresOf(plugin: PluginRecord, usage: PluginUsage = unused): PluginFigures {
  const { id, manifest, enabled, wantedBy, installedAt, versions } = plugin
  const { runs, totalMs } = usage
  return {
    id,
    version: manifest.version,
    type: manifest.type,
    enabled,
    wantedBy,
    installedAt,
    versions: versions.length,
    ...usage,
    ...(runs === 0 ? {} : { averageMs: Math.round(totalMs / runs) }),
  }
}

function countBy<T>(
  things: readonly T[],
  of: (thing: T) => string,
): Readonly<Record<string, number>> {
  const groups = Map.groupBy(things, of)
  const counts = [...groups].map(([name, { length }]) => [name, length] as const)
  // An author may be called "__proto__".
  return Object.fromEntries(counts.toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

function sum<T>(things: readonly T[], of: (thing: T) => number): number {
  return things.reduce((total, thing) => total + of(thing), 0)
}
