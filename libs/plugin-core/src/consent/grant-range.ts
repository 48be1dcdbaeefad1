import semver from 'semver'

/**
 * The versions that a yes to one of them is good for: all of the same major version, or of the same minor version where
 * that is what may break things, below 1.0.0.
 */
export function usualRange(version: string): string {
  const major = semver.major(version)
  return major > 0 ? `${major}.x` : `0.${semver.minor(version)}.x`
}

/** Whether a grant is for one version alone. */
export function isSingleVersion(range: string): boolean {
  return semver.valid(range) !== null
}

/** Longest range that a grant holds. */
export const maxRangeLength = 256

/** A range, and the versions that go with another version. */
export function withVersion(range: string, version: string): string {
  if (isInRange(version, range)) return range
  const own = usualRange(version)
  const both = `${range} || ${own}`
  return both.length > maxRangeLength ? own : both
}

/** Whether a version is in the range of a grant. A single version is that one alone, down to its build. */
export function isInRange(version: string, range: string): boolean {
  if (isSingleVersion(range)) return version === range
  // Semver would have a range hold no 1.5.0-beta; for trust it is between its neighbours, as any version.
  return semver.satisfies(version, range, { includePrerelease: true })
}
