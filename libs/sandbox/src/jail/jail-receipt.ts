import type { RunGroup } from '../cgroup/run-group.ts'
import type { SandboxLimits } from '../limits.ts'
import { belowMinimum } from '../proof/judge-receipt.ts'
import { readFindings, type Expectation } from '../proof/read-receipt.ts'
import type { Receipt, ReceiptFinding, ReceiptItem } from '../receipt.ts'
import { tellKeepers } from '../watch/kept-by.ts'
import { withMoved, type JailBuilder } from './jail-builder.ts'
import type { JailPlan } from './jail-plan.ts'
import type { Launch, LaunchedJail } from './launch.ts'

/** What jails are judged by. */
export interface ReceiptParts {
  readonly builder: JailBuilder
  readonly limits: SandboxLimits
  readonly minimum: readonly ReceiptItem[]
  readonly probes: Receipt['probes']
  /** The connections that programs may make, where they may make any. */
  readonly network?: object | undefined
}

/** A jail, with what was ordered and planned for it. */
export interface BuiltJail {
  readonly jail: LaunchedJail
  readonly order: Launch
  readonly plan: JailPlan
}

/**
 * Reads of a program at its gate what protects it.
 *
 * @throws SandboxError `MB_SANDBOX_BELOW_MINIMUM`
 */
export function readReceipt(
  parts: ReceiptParts,
  built: BuiltJail,
  group: RunGroup | undefined,
): Receipt {
  const { builder, limits, minimum, probes } = parts
  const started = performance.now()
  const items = tellKeepers(readFindings(expectationOf(parts, built)), limits, group)
  const readMs = performance.now() - started
  const missing = items.filter(({ item, proved }) => !proved && minimum.includes(item))
  if (missing.length > 0) throw belowMinimum(missing)
  const about = {
    level: builder.level,
    backend: builder.backend,
    backendVersion: builder.version,
  } as const
  const { warning } = builder
  const receipt = { ...about, pid: built.jail.pid, items, probes, readMs }
  return warning === undefined ? receipt : { ...receipt, warning }
}

/** What is no more proved of a program that runs. */
export function findLost(parts: ReceiptParts, built: BuiltJail): readonly ReceiptFinding[] {
  const items = parts.minimum.filter((item) => !changesAsItRuns(item))
  return readFindings(expectationOf(parts, built), items).filter(({ proved }) => !proved)
}

/** What it has opened and set since it began is its own. */
function changesAsItRuns(item: ReceiptItem): boolean {
  return item === 'descriptors' || item === 'environment'
}

function expectationOf(
  { builder, network }: ReceiptParts,
  { jail, order, plan }: BuiltJail,
): Expectation {
  return {
    level: builder.level,
    pid: jail.pid,
    init: jail.init,
    mounts: plan.mounts,
    env: { ...order.build.variables, ...withMoved(plan.env, order.build.moved) },
    descriptors: order.channel ? [0, 1, 2, 3] : [0, 1, 2],
    limits: order.resourceLimits,
    keyring: jail.keyring,
    filterSteps: order.build.filterSteps,
    hasDoorway: network !== undefined,
    trials: order.build.trials,
    tried: jail.tried,
    readFiles: order.build.readFiles,
  }
}
