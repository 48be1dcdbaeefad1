import type { BackendName } from '../backend.ts'
import type { Loader } from '../loader/loader.ts'
import type { SandboxLevel } from '../receipt.ts'
import type { TrustedTool } from '../machine/trusted-tool.ts'
import type { Architecture } from '../seccomp/system-calls.ts'
import type { JailPlan } from './jail-plan.ts'

/** What differs between the backends: how a plan becomes a jail. */
export interface JailBuilder {
  readonly backend: BackendName
  /** What can be proved of its jails. */
  readonly level: SandboxLevel
  readonly version: string
  readonly architecture: Architecture
  readonly loader: Loader
  /** The programs of the system that a jail is built by: another one may build another jail. */
  readonly programs: readonly TrustedTool[]
  order(plan: JailPlan, cwd: string): BuildOrder
}

/**
 * What the loader starts to have a jail built. What follows on the command line is run inside, as the only child of the first process there.
 *
 * On `statusDescriptor` it says `{ "child-pid": N }`, with the first process as the host sees it, and what went wrong.
 */
export interface BuildOrder {
  readonly command: readonly string[]
  /** Contents of files in memory, from `firstDataDescriptor` on. */
  readonly data: readonly Uint8Array[]
}
