import { isOlder } from '@mb/manifest'

/**
 * Whether a version takes the place of the one that a plugin is known by: the newest that is no pre-release, and a
 * pre-release only as long as there is nothing else.
 */
export function isNewerLatest(version: string, latest: string): boolean {
  if (isPrerelease(version) !== isPrerelease(latest)) return isPrerelease(latest)
  return isOlder(latest, version)
}

function isPrerelease(version: string): boolean {
  return version.split('+')[0]?.includes('-') ?? false
}
