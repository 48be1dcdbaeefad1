import { pythonName, runsOn } from '@mb/manifest'
import semver from 'semver'

/** What the name of a wheel says (packaging.python.org, binary distribution format). */
export interface WheelName {
  /** In the one spelling that all others mean. */
  readonly name: string
  readonly version: string
  /** As `py3` or `cp311`. */
  readonly pythons: readonly string[]
  /** As `none`, `abi3` or `cp311`. */
  readonly abis: readonly string[]
  /** As `any` or `manylinux_2_17_x86_64`. */
  readonly platforms: readonly string[]
}

const shape = /^([\w.]+)-([^-]+)(?:-\d[^-]*)?-([\w.]+)-([\w.]+)-([\w.]+)\.whl$/

/** Reads the name of a wheel's file; undefined when it is none. */
export function readWheelName(file: string): WheelName | undefined {
  const [, name, version, pythons, abis, platforms] = shape.exec(file) ?? []
  if (name === undefined || version === undefined) return undefined
  return {
    name: pythonName(name),
    version,
    pythons: pythons?.split('.') ?? [],
    abis: abis?.split('.') ?? [],
    platforms: platforms?.split('.') ?? [],
  }
}

/** Whether a wheel holds Python alone, for every machine. */
export function isPure({ abis, platforms }: WheelName): boolean {
  return abis.includes('none') && platforms.includes('any')
}

/** Where a package is to run. */
export interface WheelGoal {
  /** The platform that the package is for; undefined for all. */
  readonly target: string | undefined
  /** Semver range of the Python that the plugin needs. */
  readonly python: string | undefined
}

/**
 * Why a wheel cannot be part of a package, completing "it …".
 *
 * @returns undefined when it can
 */
export function whyUnfitWheel(wheel: WheelName, { target, python }: WheelGoal): string | undefined {
  const pythons = wheel.pythons.filter((tag) => /^(?:py|cp)3/.test(tag))
  if (pythons.length === 0) return `is for ${wheel.pythons.join(', ')}, and plugins run on Python 3`
  if (isPure(wheel)) return undefined
  if (target === undefined)
    return 'has native code for some machines alone, and the package is for all: name one with --target'
  const platforms = wheel.platforms.flatMap(platformsOfTag)
  if (platforms.length === 0 || !runsOn(platforms, target))
    return `is for ${wheel.platforms.join(', ')}, and the package is for ${target}`
  if (wheel.abis.includes('none')) return undefined
  const needed = pythons.flatMap((tag) => versionsOf(tag, wheel.abis.includes('abi3')))
  if (needed.some((range) => semver.subset(python ?? '*', range))) return undefined
  return `is for Python ${needed.join(' or ')}, and the plugin for ${python ?? 'any'}: say so in \`engines.python\``
}

/** The versions that a tag as `cp311` stands for; a stable interface (PEP 384) goes on to work in later ones. */
function versionsOf(tag: string, isStable: boolean): readonly string[] {
  const minor = /^(?:cp|py)3(\d+)$/.exec(tag)?.[1]
  if (minor === undefined) return []
  return [isStable ? `>=3.${minor}.0 <4.0.0` : `>=3.${minor}.0 <3.${Number(minor) + 1}.0`]
}

const processors: readonly (readonly [RegExp, string])[] = [
  [/_(?:x86_64|amd64)$/, 'x64'],
  [/_(?:aarch64|arm64)$/, 'arm64'],
  [/_armv7l$/, 'arm'],
  [/_(?:i686|i386)$/, 'ia32'],
  [/_ppc64le$/, 'ppc64'],
  [/_s390x$/, 's390x'],
  [/_riscv64$/, 'riscv64'],
]

/** The platforms that a tag of a wheel means, in our words. */
export function platformsOfTag(tag: string): readonly string[] {
  if (tag === 'win32') return ['win32-ia32']
  if (tag.startsWith('macosx_') && tag.endsWith('_universal2'))
    return ['darwin-x64', 'darwin-arm64']
  const processor = processors.find(([ending]) => ending.test(tag))?.[1]
  if (processor === undefined) return []
  if (/^(?:many)?linux/.test(tag)) return [`linux-${processor}`]
  if (tag.startsWith('musllinux_')) return [`linux-${processor}-musl`]
  if (tag.startsWith('macosx_')) return [`darwin-${processor}`]
  return tag.startsWith('win_') ? [`win32-${processor}`] : []
}
