/**
 * The place that a plugin came from, without the version and the digest of what came: whoever publishes there publishes
 * the next one. A grant of what nobody signed holds for one place.
 *
 * @param source - as a fetched source is written down
 */
export function sourcePlace(source: string): string {
  const [place] = /^npm:(?:@[^/@]+\/)?[^/@#]+/.exec(source) ?? /^github:[^@#]+/.exec(source) ?? []
  if (place !== undefined) return place
  return source.startsWith('https://') ? source.replace(/#.*$/s, '') : source
}
