import type { BackendName } from './backend.ts'
import type { ResolvedPolicy, SandboxPolicy } from './policy.ts'
import type { NetworkOptions } from './sandbox.ts'

/** How {@link checkPolicy} checks. */
export interface CheckPolicyOptions {
  /** Folders of the caller's own, which no program may change. */
  readonly state?: readonly string[] | undefined
  /** The backend that it is for, where one is named: not each can hold a program to hosts. */
  readonly backend?: BackendName | undefined
  /** The folder that a program is to start in. */
  readonly cwd?: string | undefined
  /** What leads to the hosts that it allows: its files of authorities are read. */
  readonly network?: NetworkOptions | undefined
}

/**
 * Checks whether a policy could be granted here and now, as {@link openSandbox} would; runs nothing.
 *
 * @throws SandboxError `MB_SANDBOX_POLICY`, `MB_SANDBOX_NETWORK`
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { checkPolicy } from '@mb/sandbox'
 *
 * await checkPolicy({ fs: { read: ['/usr/share'] } })
 * await assert.rejects(checkPolicy({ fs: { read: ['/proc'] } }), { code: 'MB_SANDBOX_POLICY' })
 * ```
 */
export async function checkPolicy(
  policy: SandboxPolicy,
  options: CheckPolicyOptions = {},
): Promise<void> {
  const { resolvePolicy } = await import('./policy.ts')
  const resolved = resolvePolicy(policy, options.state ?? [])
  if (options.cwd !== undefined) await checkFolder(options.cwd, resolved)
  if (options.network !== undefined) {
    const { readAuthorities } = await import('./doorway/authorities.ts')
    await readAuthorities(options.network.certificateAuthorities ?? [])
  }
  const { net } = resolved
  if (options.backend === undefined || net.length === 0) return
  const { requireDoorway } = await import('./doorway/require-doorway.ts')
  requireDoorway(options.backend)
}

async function checkFolder(folder: string, policy: ResolvedPolicy): Promise<void> {
  const { requireArchitecture } = await import('./machine/require-architecture.ts')
  const { planJail } = await import('./jail/jail-plan.ts')
  const { resolveFolder } = await import('./jail/resolve-folder.ts')
  resolveFolder(folder, planJail(policy, requireArchitecture()))
}
