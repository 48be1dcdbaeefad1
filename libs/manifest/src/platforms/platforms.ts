/** A system, or a system with its processor, in the words of Node; `musl` for a Linux without the GNU C library. */
export type Platform = System | `${System}-${Processor}` | `linux-${Processor}-musl`

type System = (typeof systems)[number]
type Processor = (typeof processors)[number]

const systems = ['linux', 'darwin', 'win32'] as const
const processors = ['x64', 'arm64', 'arm', 'ia32', 'riscv64', 'ppc64', 's390x'] as const

/** All platforms that a manifest can name. */
export const platforms: readonly Platform[] = [
  ...systems.flatMap((system): readonly Platform[] => [
    system,
    ...processors.map((processor): Platform => `${system}-${processor}`),
  ]),
  ...processors.map((processor): Platform => `linux-${processor}-musl`),
]

/** Whether a text names a platform: `linux`, `linux-x64`, `linux-x64-musl`. */
export function isPlatform(text: string): text is Platform {
  const known: readonly string[] = platforms
  return known.includes(text)
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

/**
 * Whether a plugin that names these platforms runs on a target; one that names none runs on all.
 *
 * @param target as {@link thisPlatform} tells it
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { runsOn } from '@mb/manifest'
 *
 * assert.equal(runsOn(['linux-x64', 'darwin'], 'darwin-arm64'), true)
 * assert.equal(runsOn(['linux-x64'], 'linux-arm64'), false)
 * ```
 */
export function runsOn(named: readonly string[], target: string): boolean {
  return named.length === 0 || platformsOf(target).some((each) => named.includes(each))
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
    const found = artefacts.find((each) => each.platforms.includes(platform))
    if (found !== undefined) return found
  }
  return artefacts.find((each) => each.platforms.length === 0)
}
