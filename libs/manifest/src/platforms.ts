/** A system, or a system with its processor, in the words of Node. */
export type Platform = System | `${System}-${Processor}`

type System = (typeof systems)[number]
type Processor = (typeof processors)[number]

const systems = ['linux', 'darwin', 'win32'] as const
const processors = ['x64', 'arm64', 'arm', 'ia32', 'riscv64', 'ppc64', 's390x'] as const

/** All platforms that a manifest can name. */
export const platforms: readonly Platform[] = systems.flatMap((system): readonly Platform[] => [
  system,
  ...processors.map((processor): Platform => `${system}-${processor}`),
])

/**
 * Whether a plugin that names these platforms runs on a machine; one that names none runs on all.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { runsOn } from '@mb/manifest'
 *
 * assert.equal(runsOn(['linux-x64', 'darwin'], { platform: 'darwin', arch: 'arm64' }), true)
 * assert.equal(runsOn(['linux-x64'], { platform: 'linux', arch: 'arm64' }), false)
 * ```
 */
export function runsOn(
  named: readonly string[],
  machine: { readonly platform: string; readonly arch: string },
): boolean {
  const { platform, arch } = machine
  return named.length === 0 || named.includes(platform) || named.includes(`${platform}-${arch}`)
}
