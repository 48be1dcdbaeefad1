import { PluginError } from '../plugin-error.ts'
import type { PluginRecord } from '../store/plugin-record.ts'
import { describeGap, newGaps, type RequirementGap } from '../store/requirement-gaps.ts'

/** What would be done to which plugins. */
export interface DependentsQuestion {
  /** As in "uninstall". */
  readonly action: string
  readonly id: string
  readonly before: readonly PluginRecord[]
  readonly after: readonly PluginRecord[]
  /** Whether it is done all the same. */
  readonly force: boolean
}

/**
 * Refuses a change after which a plugin would lack another one that it has now.
 *
 * @returns what breaks, when it is done all the same
 * @throws PluginError `MB_PLUGIN_NEEDED` with `details.breaks`
 */
export function checkDependents({
  action,
  id,
  before,
  after,
  force,
}: DependentsQuestion): readonly RequirementGap[] {
  const breaks = newGaps(before, after)
  const [first, ...more] = breaks
  if (first === undefined || force) return breaks
  const others = more.length === 0 ? '' : `, and ${more.length} more`
  throw new PluginError(
    'MB_PLUGIN_NEEDED',
    `Cannot ${action} "${id}": ${describeGap(first).replace(/, (?:which|and) .*$/, '')}${others}`,
    {
      hint: `Uninstall ${[...new Set(breaks.map(({ plugin }) => plugin))].join(', ')} first, or break it with --force`,
      details: { breaks },
    },
  )
}
