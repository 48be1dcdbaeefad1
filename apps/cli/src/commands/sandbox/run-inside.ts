import { isMbError } from '@mb/kernel'
import {
  openSandbox,
  SandboxLimitError,
  type Exit,
  type Receipt,
  type RunResult,
  type Sandbox,
  type SandboxPolicy,
} from '@mb/sandbox'
import type { Context } from '../../context.ts'
import { askerOf } from './asker.ts'
import type { JailRequest } from './jail-request.ts'
import type { JailStrength } from './jail-strength.ts'
import { passThrough } from './pass-through.ts'
import { probeCache } from './probe-cache.ts'
import type { RunRecord } from './run-record.ts'

/** How a jailed command ended; its output only where nobody else got it. */
export interface CommandResult extends Exit {
  readonly stdout?: string
  readonly stderr?: string
  readonly receipt: Receipt
}

/** A command, and the jail that it is for. */
export interface PlannedCommand {
  readonly policy: SandboxPolicy
  readonly request: JailRequest
  readonly strength: JailStrength
  readonly command: readonly [string, readonly string[]]
  readonly cwd: string | undefined
  readonly record: RunRecord | undefined
}

/** Makes the jail, and runs the command in it to its end. */
export async function runInside(
  { policy, request, strength, command, cwd, record }: PlannedCommand,
  context: Context,
): Promise<CommandResult> {
  const { limits } = request
  await using sandbox = await openSandbox({
    policy,
    limits,
    backend: strength.backend,
    minimum: strength.minimum,
    cacheDirectory: probeCache(context),
    network: record?.network,
  }).catch((error: unknown) => tellRefusals(error, request, context))
  return context.settings.isJson
    ? await capture(sandbox, command, { cwd, signal: signalOf(record, context) })
    : await passThrough(sandbox, command, {
        cwd,
        signal: context.signal,
        failed: record?.failed,
        limits,
      })
}

/** The person's; or that of a record, which ends with theirs, and when nothing more can be recorded. */
export function signalOf(record: RunRecord | undefined, { signal }: Context): AbortSignal {
  return record?.signal ?? signal
}

/** Of several things that cannot be granted the first is told, and that there are more: the rest is loaded for them alone. */
async function tellRefusals(
  error: unknown,
  request: JailRequest,
  context: Context,
): Promise<never> {
  if (!isMbError(error) || error.code !== 'MB_SANDBOX_POLICY') throw error
  const { withOtherRefusals } = await import('./other-refusals.ts')
  throw await withOtherRefusals(error, request, askerOf(context))
}

/** Runs a command whose output is kept. That a limit ended it is a result as well. */
async function capture(
  sandbox: Sandbox,
  command: readonly [string, readonly string[]],
  options: { readonly cwd: string | undefined; readonly signal: AbortSignal },
): Promise<RunResult> {
  try {
    return await sandbox.run(...command, options)
  } catch (error) {
    if (error instanceof SandboxLimitError) return error.result
    throw error
  }
}
