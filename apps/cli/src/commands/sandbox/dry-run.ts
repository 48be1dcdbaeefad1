import { checkPolicy, type BackendName, type ReceiptItem, type SandboxLimits } from '@mb/sandbox'
import { auditPath, requireWritable } from './audit-file.ts'
import { explainRequest, isRefused, type Asker, type ExplainedRequest } from './grants.ts'
import type { JailRequest } from './jail-request.ts'
import { networkOf, requireHosts } from './network-of.ts'
import type { JailStrength } from './jail-strength.ts'

/** The jail that a command would run in. */
export interface DryRun extends ExplainedRequest {
  readonly dryRun: true
  /** Whether it can be made. */
  readonly ok: boolean
  readonly command: readonly string[]
  readonly cwd: string
  /** Null where the strongest that works is taken. */
  readonly backend: BackendName | null
  /** What would have to be proved; null for what the sandbox asks for by itself. */
  readonly minimum: readonly ReceiptItem[] | null
  readonly limits: SandboxLimits
  /** Files with certificates that it would trust beside those of the system. */
  readonly authorities: readonly string[]
  /** File that its connections and a report would be added to; null where nothing is recorded. */
  readonly audit: string | null
}

/** What a dry run is told of. */
export interface PlannedRun {
  readonly request: JailRequest
  readonly strength: JailStrength
  readonly cwd: string | undefined
  readonly command: readonly [string, readonly string[]]
  readonly authorities: readonly string[]
  readonly audit: string | undefined
}

/**
 * Says what a jail would hold and what would be refused; runs nothing.
 *
 * @throws CliError `MB_CLI_USAGE`, `MB_CLI_VALUE`, `MB_CLI_AUDIT`
 * @throws SandboxError `MB_SANDBOX_POLICY` for a file without certificates
 */
export async function dryRun(plan: PlannedRun, asker: Asker): Promise<DryRun> {
  const { request, strength, command, authorities, audit } = plan
  const { env, workspace } = asker
  requireHosts(authorities, request.net)
  if (request.net.length > 0)
    await checkPolicy({}, { network: networkOf({ env, workspace, authorities }) })
  if (audit !== undefined) requireWritable(auditPath(audit, workspace))
  const explained = await explainRequest(request, { ...asker, backend: strength.backend })
  return {
    dryRun: true,
    ok: !isRefused(explained),
    command: [command[0], ...command[1]],
    cwd: plan.cwd ?? '/',
    backend: strength.backend ?? null,
    minimum: strength.minimum ?? null,
    ...explained,
    limits: request.limits,
    authorities,
    audit: audit ?? null,
  }
}
