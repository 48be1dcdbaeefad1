import type { Bench, BenchResult } from '../../../tools/bench-result.ts'
import { timeCalls, type Measured } from '../../../tools/bench/interleave.ts'
import { resolvePlugins, type Requirement } from '../src/resolve/index.ts'
import { resolveNaively } from './naive-resolver.ts'
import { registryWorld, type RegistryWorld } from './registry-world.ts'

const plugins = 10_000
const versionsOfEach = 10
// What the naive way tries before it is stopped: some seconds.
const mostSteps = 200_000

/** What it costs to choose versions, on the clock, in a registry of 10,000 plugins and 100,000 versions. */
export const bench: Bench = {
  name: 'resolve',
  run: async () => {
    const world = registryWorld({ plugins, versionsOfEach, seed: 7 })
    const results: BenchResult[] = []
    for (const count of [1, 10, 100])
      results.push(...(await benchSet(world, wantedOf(world, count))))
    return results
  },
}

/** Plugins from all over the registry, the newest first. */
function wantedOf({ idAt }: RegistryWorld, count: number): readonly Requirement[] {
  const gap = Math.floor(8000 / count)
  return Array.from({ length: count }, (_, at) => ({ id: idAt(plugins - 8 - at * gap) }))
}

async function benchSet(
  { source }: RegistryWorld,
  wanted: readonly Requirement[],
): Promise<readonly BenchResult[]> {
  const { plugins: chosen } = await resolvePlugins({ wanted, source })
  const naive = await resolveNaively(source, wanted, mostSteps)
  const measured = await timeCalls(
    {
      mine: async () => await resolvePlugins({ wanted, source }),
      naive: async () => await resolveNaively(source, wanted, mostSteps),
    },
    { runs: 5 },
  )
  const name = `${wanted.length} wanted of ${plugins * versionsOfEach} versions: ${chosen.length} plugins`
  return [
    figure(name, measured.mine, 5000),
    {
      ...figure(`the same, one step back at a time: ${naive}`, measured.naive),
      rival: 'ours',
      ratio: measured.naive.ratioTo(measured.mine),
    },
  ]
}

function figure(name: string, { median, spread }: Measured, most?: number): BenchResult {
  const shared = { name, value: median, unit: 'ms', spread }
  return most === undefined
    ? { ...shared, ok: null }
    : { ...shared, goal: `at most ${most} ms`, ok: median <= most }
}
