import type { SandboxPolicy } from './policy.ts'

/** How {@link checkPolicy} checks. */
export interface CheckPolicyOptions {
  /** Folders of the caller's own, which no program may change. */
  readonly state?: readonly string[] | undefined
}

/**
 * Checks whether a policy could be granted here and now, as {@link openSandbox} would; runs nothing.
 *
 * @throws SandboxError `MB_SANDBOX_POLICY`
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
  resolvePolicy(policy, options.state ?? [])
}
