import type { HostTraffic } from './doorway/host-traffic.ts'
import type { SandboxPolicy } from './policy.ts'
import type { NetGrant } from './policy/network.ts'
import type { Exit, Usage, Violation } from './sandbox.ts'

/** What a program was allowed, in names alone: no value of a variable is repeated. */
export interface ReportedPermissions {
  readonly read: readonly string[]
  readonly write: readonly string[]
  readonly deny: readonly string[]
  readonly dangerous: readonly string[]
  readonly net: readonly NetGrant[]
  readonly exec: readonly string[]
  readonly env: readonly string[]
}

/** What a program was allowed, what it did beyond that, and what it used, as plain JSON. */
export interface SecurityReport {
  readonly permissions: ReportedPermissions
  readonly violations: readonly Violation[]
  readonly executionTimeMs: number
  readonly resourceUsage: Omit<Usage, 'wallMs'>
  /** The hosts that it asked the proxy for; none where its policy allows no connections. */
  readonly network: readonly HostTraffic[]
}

/**
 * Tells of a run in full, for a log or for whoever has to judge it.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { openSandbox, securityReport } from '@mb/sandbox'
 *
 * const policy = { fs: { read: ['/usr/share'] }, env: { LANG: 'C' } }
 * await using sandbox = await openSandbox({ policy })
 * const { permissions, violations } = securityReport(policy, await sandbox.run('true'))
 * assert.deepEqual([permissions.read, permissions.env], [['/usr/share'], ['LANG']])
 * assert.deepEqual(violations, [])
 * ```
 */
export function securityReport(policy: SandboxPolicy, exit: Exit): SecurityReport {
  const { read = [], write = [], deny = [], dangerous = [] } = policy.fs ?? {}
  const { wallMs, ...resourceUsage } = exit.usage
  return {
    permissions: {
      read,
      write,
      deny,
      dangerous,
      net: policy.net ?? [],
      exec: (policy.exec ?? []).map(({ command }) => command),
      env: Object.keys(policy.env ?? {}),
    },
    violations: exit.violations,
    executionTimeMs: wallMs,
    resourceUsage,
    network: exit.network ?? [],
  }
}
