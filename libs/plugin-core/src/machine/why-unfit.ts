import { readFileSync } from 'node:fs'
import { runsOn, thisPlatform, type Engines } from '@mb/manifest'
import semver from 'semver'

/** What a plugin runs on. */
export interface Machine {
  /** As `linux-x64`. */
  readonly platform: string
  /** Versions of what runs a plugin, by the names that a manifest has for them. */
  readonly engines: Readonly<Required<Pick<Engines, 'milkbottle' | 'node'>>>
}

/** Why a plugin does not run on a machine. */
export interface Unfit {
  readonly code: 'MB_PLUGIN_PLATFORM' | 'MB_PLUGIN_ENGINE'
  /** Completes "it …". */
  readonly reason: string
}

let known: Machine | undefined

/** This machine, and the versions that run here. */
export function thisMachine(): Machine {
  known ??= {
    platform: thisPlatform(),
    engines: { milkbottle: ownVersion(), node: process.versions.node },
  }
  return known
}

/**
 * Why a plugin with such needs does not run on a machine.
 *
 * @returns undefined when it does, as far as platform, MilkBottle and Node are concerned
 */
export function whyUnfit(
  needs: { readonly engines: Engines; readonly platforms: readonly string[] },
  machine: Machine = thisMachine(),
): Unfit | undefined {
  if (!runsOn(needs.platforms, machine.platform)) {
    return {
      code: 'MB_PLUGIN_PLATFORM',
      reason: `is made for ${needs.platforms.join(', ')}, and this machine is ${machine.platform}`,
    }
  }
  for (const [engine, name] of names) {
    const range = needs.engines[engine]
    const version = machine.engines[engine]
    if (range === undefined || fits(version, range)) continue
    return {
      code: 'MB_PLUGIN_ENGINE',
      reason: `needs ${name} ${range}, and this is ${name} ${version}`,
    }
  }
  return undefined
}

const names = [
  ['milkbottle', 'MilkBottle'],
  ['node', 'Node'],
] as const

function fits(version: string, range: string): boolean {
  // A pre-release of what runs plugins is on trial as that version.
  return semver.satisfies(version, range, { includePrerelease: true })
}

/** The version of this package, which stands above its sources and its bundles alike. */
function ownVersion(): string {
  const up = import.meta.url.endsWith('.ts') ? '../../package.json' : '../package.json'
  const facts: unknown = JSON.parse(readFileSync(new URL(up, import.meta.url), 'utf8'))
  if (typeof facts === 'object' && facts !== null && 'version' in facts)
    return String(facts.version)
  throw new TypeError('Cannot tell the version: package.json has none')
}
