import { requireDoorway } from '../../doorway/require-doorway.ts'
import type { JailPlan } from '../../jail/jail-plan.ts'
import { JailedSandbox } from '../../jail/jailed-sandbox.ts'
import { PolicySandbox } from '../../jail/policy-sandbox.ts'
import { resourceLimits } from '../../limits.ts'
import { resolvePolicy, type ResolvedPolicy } from '../../policy.ts'
import { preparePool } from '../../pool/prepare-pool.ts'
import { SandboxError } from '../../sandbox-error.ts'
import type { Sandbox, SandboxOptions } from '../../sandbox.ts'
import { findNone } from './find-none.ts'

/**
 * Opens what is no sandbox: limits hold and everything is ended, but nothing is kept from the program. Nothing is probed either, since
 * what a probe tries would be done.
 *
 * @throws SandboxError `MB_SANDBOX_BELOW_MINIMUM` unless the caller says that nothing has to be proved; `MB_SANDBOX_NETWORK` for a policy
 * that allows some hosts, and so means that the others stay closed
 */
export async function openNone(options: SandboxOptions): Promise<Sandbox> {
  const { limits = {}, minimum } = options
  if (minimum === undefined || minimum.length > 0)
    throw new SandboxError(
      'MB_SANDBOX_BELOW_MINIMUM',
      'Cannot open a sandbox: backend none proves nothing, and something has to be proved',
      { hint: 'Use another backend; to run without any protection, give an empty minimum as well' },
    )
  resourceLimits(limits)
  const builder = await findNone()
  const resolved = resolvePolicy(options.policy, [])
  if (resolved.net.length > 0) requireDoorway('none')
  // No name is held free for what has every right anyway.
  const policy = { ...resolved, absent: [], covers: [], links: [] }
  const open = ({ env }: ResolvedPolicy): JailedSandbox => {
    const probes = { ranAt: new Date().toISOString(), findings: [] }
    const plan = (): JailPlan => wholeMachine(env)
    return new JailedSandbox({ builder, plan, limits, minimum, probes, weakness: {} })
  }
  return new PolicySandbox(policy, open, { openPool: await preparePool(options.pool) })
}

function wholeMachine(env: JailPlan['env']): JailPlan {
  const mounts = [{ path: '/', kind: 'bind', writable: true }] as const
  return { parts: [], filter: new Uint8Array(), mounts, env }
}
