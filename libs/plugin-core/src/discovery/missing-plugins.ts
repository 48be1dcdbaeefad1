import { runsOn, thisPlatform } from '@mb/manifest/peek'
import type { DiscoveredPlugin, DiscoveryProblem } from './discovered-plugin.ts'
import { isNamed } from './plugin-query.ts'
import { problem } from './problem.ts'

/** Whether a version is in a range, as `semver.satisfies` says. */
export type Satisfies = (version: string, range: string) => boolean

/** What stands against using a plugin that was found here: the system, or plugins that it needs and nobody has. */
export function whatIsMissing(
  plugin: DiscoveredPlugin,
  all: readonly DiscoveredPlugin[],
  satisfies: Satisfies,
): readonly DiscoveryProblem[] {
  return [...otherSystem(plugin), ...neededPlugins(plugin, all, satisfies)]
}

function otherSystem({ platforms }: DiscoveredPlugin): readonly DiscoveryProblem[] {
  if (platforms.length === 0 || runsOn(platforms, thisPlatform())) return []
  const message = `It is made for ${platforms.join(', ')}, and this machine is ${thisPlatform()}`
  return [problem('warning', 'other-platform', message)]
}

function neededPlugins(
  { plugins }: DiscoveredPlugin,
  all: readonly DiscoveredPlugin[],
  satisfies: Satisfies,
): readonly DiscoveryProblem[] {
  return Object.entries(plugins).flatMap(([name, range]) => {
    const found = all.filter((each) => isNamed(each, name))
    if (found.some(({ version }) => satisfies(version, range))) return []
    const versions = found.map(({ version }) => version)
    const what =
      versions.length === 0 ? 'which was not found' : `and found was ${versions.join(', ')}`
    return [problem('warning', 'plugin-missing', `It needs ${name} ${range}, ${what}`)]
  })
}
