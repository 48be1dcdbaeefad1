import { wireLimits } from '@mb/marketplace-protocol'
import type { Artefact } from '../store/store.ts'

/**
 * Why an artefact cannot come to others of its version, completing "it was published …". They are one plugin, made for
 * different platforms: what one of them says of itself is true of all.
 *
 * @returns undefined when it can
 */
export function whyNotBeside(
  { platforms, likeness }: Pick<Artefact, 'platforms' | 'likeness'>,
  others: readonly Artefact[],
): string | undefined {
  if (others.length === 0) return undefined
  const isTaken = others.some((other) => other.platforms.length === 0)
  // Whoever asks for no platform has the first one: it must not become another later.
  if (platforms.length === 0) {
    return isTaken
      ? 'with other content, and a version never changes'
      : 'for some platforms, and the package for all has to come first'
  }
  const taken = others.flatMap((other) => other.platforms).find((each) => platforms.includes(each))
  if (taken !== undefined) return `for ${taken} with other content, and a version never changes`
  if (others.length >= wireLimits.artefacts) return `for ${others.length} sets of platforms already`
  if (others.every((other) => other.likeness === likeness)) return undefined
  return 'with a manifest that says something else beside its platforms'
}
