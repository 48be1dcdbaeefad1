import semver from 'semver'

/**
 * Reads ranges once: reading one costs far more than asking it, and the plugins of a set ask for the same few. By npm's
 * rules: a version before a release only fits when the range names one of the same release.
 */
export class RangeReader {
  readonly #known = new Map<string, semver.Range | undefined>()

  /** Whether a version fits a range; none fits what is no range. */
  fits(version: semver.SemVer, range: string): boolean {
    // Numbers alone are one version to semver, whatever was built of it; a person who writes the build means it.
    if (range.includes('+') && semver.valid(range) !== null) return version.raw === range
    return this.#read(range)?.test(version) ?? false
  }

  /** As {@link RangeReader.fits}, for what is there already: being before a release is no reason to take it away. */
  fitsPresent(version: semver.SemVer, range: string): boolean {
    if (this.fits(version, range)) return true
    const read = version.prerelease.length === 0 ? undefined : this.#read(range)
    return read !== undefined && semver.satisfies(version, read.raw, { includePrerelease: true })
  }

  #read(text: string): semver.Range | undefined {
    const known = this.#known.get(text)
    if (known !== undefined || this.#known.has(text)) return known
    const range = readRange(text)
    this.#known.set(text, range)
    return range
  }
}

// As in manifests. What is longer was not written for people, and semver would take its time over it.
const maxLength = 256

function readRange(text: string): semver.Range | undefined {
  if (text.length > maxLength) return undefined
  try {
    return new semver.Range(text)
  } catch {
    return undefined
  }
}
