import { SandboxError } from '../sandbox-error.ts'
import type { NetworkDecision } from '../network-proxy/network-decision.ts'
import { environmentHooks } from './hooks.ts'
import type { TracingTools } from './find-strace.ts'
import { readReaches } from './read-reaches.ts'
import { ReachRecord } from './record.ts'
import { runOnce, type FinishedRun, type RunOrder } from './run-once.ts'
import { Tracer } from './tracer.ts'

/** A run that was watched. */
export interface ObservedRun {
  readonly run: FinishedRun
  readonly record: ReachRecord
  readonly decisions: readonly NetworkDecision[]
}

/**
 * Runs a command once and records what it reaches for.
 *
 * @throws SandboxError `MB_SANDBOX_FAILED` where it could not be watched to its end
 */
export async function runObserved(order: RunOrder, tools: TracingTools): Promise<ObservedRun> {
  const record = new ReachRecord()
  const decisions: NetworkDecision[] = []
  const hooks = environmentHooks(order.policy.env ?? {})
  const stop = new AbortController()
  let tracer: Tracer | undefined
  // What goes on unwatched is ended.
  const follow = async (started: Tracer): Promise<void> => {
    // Why it could not be read on is told by whoever waits for it below.
    await started.ended.catch(() => {})
    if (!started.sawEnd) stop.abort(lostTracer())
  }
  const watched: RunOrder = {
    ...order,
    policy: { ...order.policy, env: { ...order.policy.env, ...hooks.env } },
    signal: AbortSignal.any([stop.signal, ...(order.signal === undefined ? [] : [order.signal])]),
    network: {
      ...order.network,
      onDecision: (decision) => {
        if (decisions.length < mostDecisions) decisions.push(decision)
        else record.miss()
        order.network?.onDecision?.(decision)
      },
    },
    onlooker: {
      hearsConnections: true,
      // Before the root is closed, which is last.
      show: (plan) => ({ ...plan, parts: plan.parts.toSpliced(-1, 0, ...hooks.parts) }),
      attach: async (pid) => {
        tracer = await Tracer.attach(pid, tools, (call, folder) => {
          for (const reach of readReaches(call, folder)) record.add(reach)
        })
        void follow(tracer)
      },
    },
  }
  try {
    const run = await runOnce(watched)
    await tracer?.ended
    if (tracer?.sawEnd !== true) throw lostTracer()
    if (tracer.lost > 0) record.miss()
    return { run, record, decisions }
  } catch (error) {
    order.signal?.throwIfAborted()
    throw error
  } finally {
    await tracer?.[Symbol.asyncDispose]()
  }
}

const mostDecisions = 10_000

function lostTracer(): SandboxError {
  return new SandboxError(
    'MB_SANDBOX_FAILED',
    'Cannot observe the command to its end: strace ended before it',
    { hint: 'Try again; another program may have ended it' },
  )
}
