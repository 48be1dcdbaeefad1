import { runsOn } from '@mb/manifest'
import semver from 'semver'
import type { Offer } from '../install/package-repository.ts'
import type { ResolveEnvironment } from './world.ts'

/**
 * Why a version cannot be used here: taken back, or made for another machine.
 *
 * @returns undefined when it can be
 */
export function whyUnfit(
  { yanked, engines, platforms }: Pick<Offer, 'yanked' | 'engines' | 'platforms'>,
  environment: ResolveEnvironment,
): string | undefined {
  if (yanked !== undefined)
    return yanked === '' ? 'it was taken back' : `it was taken back: ${yanked}`
  for (const [engine, present] of [
    ['milkbottle', environment.milkbottle],
    ['node', environment.node],
    ['python', environment.python],
  ] as const) {
    const range = engines[engine]
    if (range === undefined || present === undefined) continue
    // A development build of what it runs on counts as the release that it becomes.
    if (!semver.satisfies(present, range, { includePrerelease: true }))
      return `it needs ${engine} ${range}, and this is ${present}`
  }
  const { platform, arch } = environment
  return runsOn(platforms, `${platform}-${arch}`)
    ? undefined
    : `it runs on ${platforms.join(', ')}, and this is ${platform}-${arch}`
}
