/** Systems and processors as Node names them, and `musl` for a Linux without the GNU C library. */
const shape =
  /^(?:linux|darwin|win32)(?:-(?:arm|arm64|ia32|loong64|ppc64|riscv64|s390x|x64))?$|^linux-(?:arm|arm64|ia32|loong64|ppc64|riscv64|s390x|x64)-musl$/

/** Whether a text names a platform: `linux`, `linux-x64`, `linux-x64-musl`. */
export function isPlatform(text: string): boolean {
  return shape.test(text)
}

/**
 * The platforms that something has to be made for to run on a target, the closest first: a program for `linux-x64` is
 * linked with the GNU C library, which a target with musl lacks.
 *
 * @param target as {@link thisPlatform} tells it
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { platformsOf } from '@mb/manifest'
 *
 * assert.deepEqual(platformsOf('linux-x64'), ['linux-x64', 'linux'])
 * assert.deepEqual(platformsOf('linux-x64-musl'), ['linux-x64-musl', 'linux'])
 * ```
 */
export function platformsOf(target: string): readonly string[] {
  const [system = target] = target.split('-')
  return target === system ? [system] : [target, system]
}

/** Whether something that is made for some platforms, or for all when none is named, runs on a target. */
export function fitsPlatform(platforms: readonly string[], target: string): boolean {
  return platforms.length === 0 || platformsOf(target).some((each) => platforms.includes(each))
}

/** What can be had for some platforms. */
export interface ForPlatforms {
  /** For all, when empty. */
  readonly platforms: readonly string[]
}

/** Of several artefacts of one thing the one that is made most closely for a target; one for all platforms comes last. */
export function closestTo<T extends ForPlatforms>(
  artefacts: readonly T[],
  target: string,
): T | undefined {
  for (const platform of platformsOf(target)) {
    const found = artefacts.find(({ platforms }) => platforms.includes(platform))
    if (found !== undefined) return found
  }
  return artefacts.find(({ platforms }) => platforms.length === 0)
}
