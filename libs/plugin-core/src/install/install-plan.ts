import type { LeftOut, Resolution } from '../resolve/index.ts'
import type { PluginRecord } from '../store/plugin-record.ts'

/** What an installation is about to do, before anybody is asked. */
export interface InstallPlan {
  /** What becomes another version, each after those that it needs. */
  readonly changes: readonly PlannedChange[]
  /** Optional plugins that cannot be there, and why. */
  readonly leftOut: readonly LeftOut[]
  /** Newer versions that cannot be used here. */
  readonly passedOver: readonly {
    readonly id: string
    readonly version: string
    readonly reason: string
  }[]
}

/** A plugin that comes, or becomes another version. */
export interface PlannedChange {
  readonly id: string
  /** The version that is installed now; absent when there is none. */
  readonly from?: string
  readonly to: string
  /** The plugins that need it. */
  readonly neededBy: readonly string[]
}

/** What a resolution comes to, where some plugins are installed. */
export function planOf(
  { plugins, leftOut }: Resolution,
  installed: readonly PluginRecord[],
): InstallPlan {
  const present = new Map(installed.map(({ id, manifest }) => [id, manifest.version]))
  return {
    changes: plugins.flatMap(({ id, version }) => {
      const from = present.get(id)
      if (from === version) return []
      const neededBy = plugins
        .filter(({ needs }) => needs.some((need) => need.id === id))
        .map((each) => each.id)
      return [{ id, ...(from === undefined ? {} : { from }), to: version, neededBy }]
    }),
    leftOut,
    passedOver: plugins.flatMap(({ id, passedOver: [first] }) =>
      first === undefined ? [] : [{ id, ...first }],
    ),
  }
}
