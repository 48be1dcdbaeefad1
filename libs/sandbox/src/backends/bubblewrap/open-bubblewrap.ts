import { existsSync, realpathSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { sha256 } from '@mb/kernel'
import { resourceLimits } from '../../limits.ts'
import { resolvePolicy, type ResolvedPolicy } from '../../policy.ts'
import { sandboxMinimum, type Receipt, type ReceiptItem } from '../../receipt.ts'
import type { Sandbox, SandboxOptions } from '../../sandbox.ts'
import { seccompFilter } from '../../seccomp/filter.ts'
import { BubblewrapSandbox, type Weakness } from './bubblewrap-sandbox.ts'
import { findEngine, type Engine } from './engine.ts'
import { belowMinimum } from './judge-receipt.ts'
import { planJail } from './jail-plan.ts'
import { probeKey, readProbes, writeProbes } from './probe-record.ts'
import { runProbes } from './probes.ts'

/** Opens a sandbox on bubblewrap. */
export async function openBubblewrap(
  options: SandboxOptions,
  weakness: Weakness = {},
): Promise<Sandbox> {
  const { cacheDirectory, limits = {}, minimum = sandboxMinimum } = options
  // Checks the limits before anything is started.
  resourceLimits(limits)
  const engine = await findEngine()
  const state = cacheDirectory === undefined ? [] : [ownState(cacheDirectory)]
  const policy = resolvePolicy(options.policy, state)
  const probes = await prove(engine, policy, { cacheDirectory, weakness })
  refuseFailedProbes(probes, minimum)
  const plan = planJail(policy, engine.architecture)
  return new BubblewrapSandbox({ engine, plan, limits, minimum, probes, weakness })
}

const proved = new Map<string, Promise<Receipt['probes']>>()

/** The probes of this shape of policy: from this process, from the record, or run now. */
async function prove(
  engine: Engine,
  policy: ResolvedPolicy,
  options: { cacheDirectory: string | undefined; weakness: Weakness },
): Promise<Receipt['probes']> {
  const { cacheDirectory, weakness } = options
  if (weakness.plan !== undefined || weakness.launch !== undefined) return probe(engine, weakness)
  const key = probeKey(engine, {
    read: policy.paths.some(({ writable }) => !writable),
    write: policy.paths.some(({ writable }) => writable),
    filter: sha256(seccompFilter(engine.architecture)),
  })
  const known = proved.get(key)
  if (known !== undefined) return known
  const proving = proveAnew(engine, key, cacheDirectory)
  proved.set(key, proving)
  // A failure to run them is no outcome: the next one tries again.
  proving.catch(() => proved.delete(key))
  return proving
}

async function proveAnew(
  engine: Engine,
  key: string,
  cacheDirectory: string | undefined,
): Promise<Receipt['probes']> {
  const kept = cacheDirectory === undefined ? undefined : await readProbes(cacheDirectory, key)
  if (kept !== undefined) return kept
  const probes = await probe(engine, {})
  // Only a good outcome is kept: what is mended should count at once.
  if (cacheDirectory !== undefined && probes.findings.every(({ passed }) => passed))
    await writeProbes(cacheDirectory, key, probes)
  return probes
}

async function probe(engine: Engine, weakness: Weakness): Promise<Receipt['probes']> {
  const ranAt = new Date().toISOString()
  const findings = await runProbes(engine, async ([command = '', ...args], folders) => {
    const policy = resolvePolicy({ fs: { read: [folders.read], write: [folders.write] } }, [])
    await using sandbox = new BubblewrapSandbox({
      engine,
      plan: planJail(policy, engine.architecture),
      limits: { wallMs: 15_000 },
      // Its receipt is read with the probes; they are what it is judged by.
      minimum: [],
      probes: { ranAt, findings: [] },
      weakness,
    })
    const { stdout } = await sandbox.run(command, args)
    return stdout
  })
  return { ranAt, findings }
}

function refuseFailedProbes(probes: Receipt['probes'], minimum: readonly ReceiptItem[]): void {
  const failed = probes.findings.filter(({ item, passed }) => !passed && minimum.includes(item))
  if (failed.length === 0) return
  throw belowMinimum(
    failed.map(({ item, name, outcome }) => ({
      item,
      evidence: `the probe "${name}" gave ${outcome}`,
    })),
  )
}

/** Where the record is, or will be made. */
function ownState(directory: string): string {
  const place = resolve(directory)
  let there = place
  while (!existsSync(there)) there = dirname(there)
  return join(realpathSync(there), relative(there, place))
}
