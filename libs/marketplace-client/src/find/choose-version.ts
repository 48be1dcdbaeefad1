import semver from 'semver'
import type { WantedVersion } from './plugin-spec.ts'

/**
 * The newest of the versions that will do, in the order of their numbers: the order that a marketplace lists them in is
 * its own word.
 *
 * A version before a release is the latest only where there is no release.
 */
export function chooseVersion(
  versions: readonly string[],
  wanted: WantedVersion,
): string | undefined {
  if (wanted.kind === 'exact') return versions.find((version) => version === wanted.version)
  if (wanted.kind === 'range')
    return newest(versions.filter((version) => semver.satisfies(version, wanted.range)))
  return (
    newest(versions.filter((version) => semver.prerelease(version) === null)) ?? newest(versions)
  )
}

function newest(versions: readonly string[]): string | undefined {
  return versions.toSorted(semver.rcompare)[0]
}
