import { realpathSync } from 'node:fs'
import { isInside } from '@mb/kernel'
import { listHomes } from '../policy/homes.ts'
import type { SandboxPolicy } from '../policy.ts'
import { checkGrants } from './check-grants.ts'
import { deniedBeside, grantedHosts } from './denied-beside.ts'
import { findStrace } from './find-strace.ts'
import { foldRecord } from './fold-record.ts'
import type { DeniedReach, LeastPolicy, Observation } from './observation.ts'
import type { ObserveOptions } from './observe-options.ts'
import type { PathRecord } from './record.ts'
import { runObserved } from './run-observed.ts'
import { chooseViews } from './view/choose-views.ts'

/** Observes a command as {@link observeCommand} says. */
export async function observe(
  command: string,
  args: readonly string[],
  options: ObserveOptions,
): Promise<Observation> {
  const tools = findStrace()
  const { network, limits, cacheDirectory, signal } = options
  const workspace = realpathSync(options.workspace)
  await using views = await chooseViews(workspace, options)
  const shown = [workspace, ...(options.read ?? []).map(realPathOf)]
  const common = {
    command,
    args,
    workspace,
    network,
    limits: { ...bounds, ...limits },
    cacheDirectory,
    signal,
  }
  const all: LeastPolicy = {
    read: shown.slice(1),
    write: [workspace],
    net: options.net ?? [],
    env: Object.keys(options.env ?? {}).toSorted(),
  }
  options.onStep?.({ kind: 'observing' })
  await using view = await views.make()
  const { run, record, decisions } = await runObserved(
    { ...common, policy: policyOf(all, options), view, onOutput: options.onOutput },
    tools,
  )
  const rules = { state: [], homes: listHomes(), denied: (options.deny ?? []).map(realPathOf) }
  const folded = foldRecord(record.paths, { roots: shown, workspace, rules })
  const seen: LeastPolicy = {
    read: folded.read,
    write: folded.write,
    net: grantedHosts(decisions, all.net),
    env: all.env,
  }
  const { policy, verification } = await checkGrants(seen, {
    views,
    order: common,
    shown: all,
    policyOf: (each) => policyOf(each, options),
    // What is hidden in a folder is not there at all where the folder is not, and messages speak of either.
    passedOver: new Set(hasHidden(folded.denied, shown) ? ['stderr'] : []),
    checks: run.ended === undefined ? options.checks : 0,
    onStep: options.onStep,
  })
  return {
    policy,
    denied: [...folded.denied, ...deniedBeside(record, decisions, options)],
    programs: programsOf(record.paths),
    code: run.code,
    signal: run.signal,
    ...(run.ended === undefined ? {} : { ended: run.ended }),
    view: views.kind,
    isWhole: record.isWhole,
    verification,
  }
}

// A stranger's program writes to the disk of whoever observes it.
const bounds = { writtenBytes: 1024 * 1024 * 1024 }

/** What is granted, with the values of the variables that are named. */
function policyOf(
  { read, write, net, env }: LeastPolicy,
  { deny, env: values = {}, ambient }: ObserveOptions,
): SandboxPolicy {
  const granted = Object.entries(values).filter(([name]) => env.includes(name))
  // What Python keeps of a module that it has compiled is nothing that the command needs, in no run.
  const own = { PYTHONDONTWRITEBYTECODE: '1', ...ambient, ...Object.fromEntries(granted) }
  return { fs: { read, write, deny }, net, env: own }
}

function hasHidden(denied: readonly DeniedReach[], shown: readonly string[]): boolean {
  return denied.some(({ name }) => shown.some((root) => isInside(root, name)))
}

function programsOf(records: readonly PathRecord[]): readonly string[] {
  return records
    .filter(({ done }) => done.has('run'))
    .map(({ path }) => path)
    .toSorted()
}

function realPathOf(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    // What is not there is refused by the jail itself, with the reason.
    return path
  }
}
