import semver from 'semver'

/**
 * The versions that a yes to one of them is good for: all of the same major version, or of the same minor version where
 * that is what may break things, below 1.0.0.
 */
export function usualRange(version: string): string {
  const major = semver.major(version)
  return major > 0 ? `${major}.x` : `0.${semver.minor(version)}.x`
}

/** Whether a version is in the range of a grant. A single version is that one alone, down to its build. */
export function isInRange(version: string, range: string): boolean {
  if (semver.valid(range) !== null) return version === range
  // Semver would have a range hold no 1.5.0-beta; for trust it is between its neighbours, as any version.
  return semver.satisfies(version, range, { includePrerelease: true })
}
