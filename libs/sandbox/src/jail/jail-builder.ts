import type { BackendName } from '../backend.ts'
import type { Loader } from '../loader/loader.ts'
import type { TrustedTool } from '../machine/trusted-tool.ts'
import type { ReceiptItem, SandboxLevel } from '../receipt.ts'
import type { Architecture } from '../seccomp/system-calls.ts'
import type { Finding } from '../proof/finding.ts'
import type { JailPlan } from './jail-plan.ts'
import type { Launch, LaunchedJail } from './launch.ts'

/** What differs between the backends: how a plan becomes a jail. */
export interface JailBuilder {
  readonly backend: BackendName
  /** What can be proved of its jails. */
  readonly level: SandboxLevel
  readonly version: string
  /** What is said on every run. */
  readonly warning?: string
  readonly architecture: Architecture
  readonly loader: Loader
  /** The programs of the system that a jail is built by: another one may build another jail. */
  readonly programs: readonly TrustedTool[]
  /** What else its jails depend on, for the record of the probes. */
  readonly shape?: unknown
  order(plan: JailPlan, cwd: string): BuildOrder
}

/**
 * What the loader starts to have a jail built. What follows on the command line is run inside, as the only child of the first process there.
 *
 * On `statusDescriptor` it says `{ "child-pid": N }`, with the first process as the host sees it, and what went wrong. Where there
 * is no first process it names the loader, and the builder itself becomes the program.
 */
export interface BuildOrder {
  readonly command: readonly string[]
  /** Contents of files in memory, from `firstDataDescriptor` on. */
  readonly data: readonly Uint8Array[]
  /** Places of the plan, as its environment names them, that lie elsewhere. */
  readonly moved?: Readonly<Record<string, string>>
  /** What is added to it. */
  readonly variables?: Readonly<Record<string, string>>
  /** How long the filter is that the program runs under. */
  readonly filterSteps: number
  /** Whether the loader is to keep its signals, and those of all that it starts, to themselves. */
  readonly isScoped: boolean
  /** Whom the gate stops. @default 'itself' */
  readonly gate?: 'itself' | 'group'
  /** What is tried once the jail is closed, where the kernel shows nowhere that it is. */
  readonly trials: readonly Trial[]
  /** Whether its first process tells on the status descriptor, which the program never has, what calls were denied. */
  readonly countsDenials?: boolean
  /** Starts it in a way of its own, without the loader. */
  readonly start?: (launch: Launch) => Promise<LaunchedJail>
  /** Compares its file system with what was asked for, where more is in it than was. */
  readonly readFiles?: (pid: number) => Finding
  /** Takes away what was made on the host for this one jail. */
  readonly remove?: () => Promise<void>
}

/** A system call that has to fail for the very process that becomes the program. */
export interface Trial {
  readonly words: string
  readonly item: ReceiptItem
  /** Numbers of errors that are right. */
  readonly expected: readonly number[]
}

/** An environment as the program finds it. */
export function withMoved(
  env: Readonly<Record<string, string>>,
  moved: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => [name, moved[value] ?? value]),
  )
}
