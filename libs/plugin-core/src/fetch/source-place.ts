import { hiddenQuery } from './plugin-source.ts'

/**
 * The place that a plugin came from, without the version and the digest of what came: whoever publishes there publishes
 * the next one. A grant of what nobody signed holds for one place.
 *
 * @param source - as a fetched source is written down
 */
export function sourcePlace(source: string): string {
  const [place] = /^npm:(?:@[^/@]+\/)?[^/@#]+/.exec(source) ?? /^github:[^@#]+/.exec(source) ?? []
  if (place !== undefined) return place
  if (!source.startsWith('https://')) return source
  const [address = ''] = source.split('#')
  // What was in the query may be all that tells one publisher from another, and is not known any more.
  return address.endsWith(hiddenQuery) ? source : address
}
