import semver from 'semver'
import type { PluginRecord } from './plugin-record.ts'

/** A plugin that lacks another one. */
export interface RequirementGap {
  /** Id of the plugin that needs it. */
  readonly plugin: string
  /** Id or name of the one that it needs. */
  readonly needs: string
  /** The versions that would do. */
  readonly range: string
  readonly state: 'missing' | 'disabled' | 'other-version'
  /** The version that is there, when it is. */
  readonly found?: string
}

/** What the enabled ones among some plugins lack of each other. */
export function requirementGaps(plugins: readonly PluginRecord[]): readonly RequirementGap[] {
  return plugins
    .filter(({ enabled }) => enabled)
    .flatMap(({ id, manifest }) =>
      Object.entries(manifest.plugins).flatMap(([needs, range]) => {
        const gap = gapOf(plugins, needs, range)
        return gap === undefined ? [] : [{ plugin: id, needs, range, ...gap }]
      }),
    )
}

/** What would be lacked after a change and is not lacked before it. */
export function newGaps(
  before: readonly PluginRecord[],
  after: readonly PluginRecord[],
): readonly RequirementGap[] {
  const known = new Set(requirementGaps(before).map(({ plugin, needs }) => `${plugin} ${needs}`))
  return requirementGaps(after).filter(({ plugin, needs }) => !known.has(`${plugin} ${needs}`))
}

/** Whether a plugin is the one that another names, by its id or by its bare name. */
export function isNamed({ id }: Pick<PluginRecord, 'id'>, name: string): boolean {
  return id === name || id.endsWith(`/${name}`)
}

/** A gap in words. */
export function describeGap({ plugin, needs, range, state, found }: RequirementGap): string {
  const there = {
    missing: 'which is not installed',
    disabled: 'which is switched off',
    'other-version': `and ${found ?? 'another version'} is there`,
  }[state]
  return `"${plugin}" needs "${needs}" ${range}, ${there}`
}

function gapOf(
  plugins: readonly PluginRecord[],
  needs: string,
  range: string,
): Pick<RequirementGap, 'state' | 'found'> | undefined {
  const there = plugins.filter((plugin) => isNamed(plugin, needs))
  const fitting = there.filter(({ manifest }) =>
    semver.satisfies(manifest.version, range, { includePrerelease: true }),
  )
  if (fitting.some(({ enabled }) => enabled)) return undefined
  const [first] = fitting.length > 0 ? fitting : there
  if (first === undefined) return { state: 'missing' }
  const found = first.manifest.version
  return { state: fitting.length > 0 ? 'disabled' : 'other-version', found }
}
