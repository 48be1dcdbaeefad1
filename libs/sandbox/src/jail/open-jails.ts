import { existsSync, realpathSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import type { PreparedNetwork } from '../doorway/prepare-network.ts'
import { resourceLimits } from '../limits.ts'
import type { Onlooker } from '../observe/onlooker.ts'
import { resolvePolicy, type ResolvedPolicy } from '../policy.ts'
import { preparePool } from '../pool/prepare-pool.ts'
import { levelItems, sandboxMinimum, type Receipt, type ReceiptItem } from '../receipt.ts'
import type { NetworkOptions, Sandbox, SandboxOptions } from '../sandbox.ts'
import { seccompFilter } from '../seccomp/filter.ts'
import { JailedSandbox, type Weakness } from './jailed-sandbox.ts'
import type { JailBuilder } from './jail-builder.ts'
import { belowMinimum } from '../proof/judge-receipt.ts'
import { planJail, type JailPlan } from './jail-plan.ts'
import { PolicySandbox } from './policy-sandbox.ts'
import { probeKey, readProbes, writeProbes, type ProbeKey } from '../proof/probe-record.ts'

/** Opens a sandbox whose jails are built in one way. */
export async function openJails(
  builder: JailBuilder,
  options: SandboxOptions,
  weakness: Weakness = {},
  onlooker: Onlooker = {},
): Promise<Sandbox> {
  const { cacheDirectory, limits = {}, minimum = sandboxMinimum } = options
  refuseLevel(builder, minimum)
  // Checks the limits before anything is started.
  resourceLimits(limits)
  const state = cacheDirectory === undefined ? [] : [ownState(cacheDirectory)]
  const resolved = resolvePolicy(options.policy, state)
  const { policy, network } = await withNetwork(resolved, builder, {
    options: options.network,
    isHeard: onlooker.hearsConnections ?? false,
  })
  const openPool = await preparePool(options.pool)
  const probes = await prove(builder, policy, { cacheDirectory, weakness })
  refuseFailedProbes(probes, minimum)
  const open = (each: ResolvedPolicy): JailedSandbox => {
    const show = onlooker.show ?? ((plan: JailPlan): JailPlan => plan)
    const plan = (): JailPlan => show(planJail(each, builder.architecture))
    return new JailedSandbox({
      builder,
      plan,
      limits,
      minimum,
      probes,
      network,
      onlooker,
      weakness,
    })
  }
  return new PolicySandbox(asHeld(policy, builder), open, { cacheDirectory, openPool })
}

/** Most policies allow no connections, and load nothing of what it takes. */
async function withNetwork(
  policy: ResolvedPolicy,
  { backend }: JailBuilder,
  { options, isHeard }: { readonly options: NetworkOptions | undefined; readonly isHeard: boolean },
): Promise<PreparedNetwork | { readonly policy: ResolvedPolicy; readonly network: undefined }> {
  if (policy.net.length === 0 && !isHeard) return { policy, network: undefined }
  const { prepareNetwork } = await import('../doorway/prepare-network.ts')
  return prepareNetwork(policy, backend, options)
}

/** Where nothing is mounted no name can be held free: those are looked at afterwards. */
function asHeld(policy: ResolvedPolicy, { level }: JailBuilder): ResolvedPolicy {
  if (level === 'sandbox') return policy
  const names = policy.absent.map((path) => ({ path, target: undefined }))
  return { ...policy, absent: [], links: [...policy.links, ...names] }
}

/** What no jail of a backend can prove is told before anything is tried. */
function refuseLevel({ backend, level }: JailBuilder, minimum: readonly ReceiptItem[]): void {
  const items = levelItems(level)
  const missing = minimum.filter((item) => !items.includes(item))
  if (missing.length === 0) return
  const evidence = `backend ${backend} is of level ${level}`
  throw belowMinimum(missing.map((item) => ({ item, evidence })))
}

const proved = new Map<string, Promise<Receipt['probes']>>()

/** The probes of this shape of policy: from this process, from the record, or run now. */
async function prove(
  builder: JailBuilder,
  policy: ResolvedPolicy,
  options: { cacheDirectory: string | undefined; weakness: Weakness },
): Promise<Receipt['probes']> {
  const { cacheDirectory, weakness } = options
  if (weakness.plan !== undefined || weakness.launch !== undefined) return probe(builder, weakness)
  const key = probeKey(builder, {
    read: policy.paths.some(({ writable }) => !writable),
    write: policy.paths.some(({ writable }) => writable),
    filter: seccompFilter(builder.architecture),
  })
  const known = proved.get(key.text)
  if (known !== undefined) return known
  const proving = proveAnew(builder, key, cacheDirectory)
  proved.set(key.text, proving)
  // A failure to run them is no outcome: the next one tries again.
  proving.catch(() => proved.delete(key.text))
  return proving
}

async function proveAnew(
  builder: JailBuilder,
  key: ProbeKey,
  cacheDirectory: string | undefined,
): Promise<Receipt['probes']> {
  const kept = cacheDirectory === undefined ? undefined : readProbes(cacheDirectory, key)
  if (kept !== undefined) return kept
  const probes = await probe(builder, {})
  // Only a good outcome is kept: what is mended should count at once.
  if (cacheDirectory !== undefined && probes.findings.every(({ passed }) => passed))
    await writeProbes(cacheDirectory, key, probes)
  return probes
}

async function probe(builder: JailBuilder, weakness: Weakness): Promise<Receipt['probes']> {
  const ranAt = new Date().toISOString()
  const { runProbes } = await import('../proof/probes.ts')
  const findings = await runProbes(builder, async ([command = '', ...args], folders) => {
    const policy = resolvePolicy({ fs: { read: [folders.read], write: [folders.write] } }, [])
    await using sandbox = new JailedSandbox({
      builder,
      plan: () => planJail(policy, builder.architecture),
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
