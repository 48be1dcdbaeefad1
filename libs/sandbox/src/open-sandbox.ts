import type { Sandbox, SandboxOptions } from './sandbox.ts'

/**
 * Makes a policy ready to run programs under it, by the backend that was named or by the first one that works here.
 *
 * The first use of a shape of policy on a machine runs probes inside a sandbox, some tens of milliseconds; with `cacheDirectory` once
 * and for all.
 *
 * @throws SandboxError `MB_SANDBOX_POLICY`, `MB_SANDBOX_BACKEND_MISSING`, `MB_SANDBOX_BELOW_MINIMUM`, `MB_SANDBOX_PLATFORM`
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { openSandbox } from '@mb/sandbox'
 *
 * await using sandbox = await openSandbox({ policy: {}, limits: { wallMs: 10_000 } })
 * const { code, stdout } = await sandbox.run('cat', ['/etc/hostname'])
 * assert.deepEqual({ code, stdout }, { code: 1, stdout: '' })
 * ```
 */
export async function openSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { openFirst } = await import('./backends/open-first.ts')
  return openFirst(options)
}
