import type { SandboxLimits } from '../limits.ts'
import type { NetGrant } from '../policy/network.ts'
import type { NetworkOptions } from '../sandbox.ts'

/** How a command is observed. */
export interface ObserveOptions {
  /** The folder that it is shown with changes kept apart, and starts in. */
  readonly workspace: string
  /** What it is shown beside, to be read. */
  readonly read?: readonly string[] | undefined
  /** What it is not shown, although it lies there. */
  readonly deny?: readonly string[] | undefined
  /** Hosts that it may connect to. @default none, and each is told */
  readonly net?: readonly NetGrant[] | undefined
  readonly network?: NetworkOptions | undefined
  /** Variables that it gets, and may turn out to need. */
  readonly env?: Readonly<Record<string, string>> | undefined
  /** Variables that every run of it gets, such as those that tell of the terminal. */
  readonly ambient?: Readonly<Record<string, string>> | undefined
  /** Names of variables that there are and that it does not get: whether it asks for them is told. */
  readonly withheld?: readonly string[] | undefined
  readonly limits?: SandboxLimits | undefined
  /** Told what the observed run prints, as it comes. The runs that check it are silent. */
  readonly onOutput?: ((chunk: Uint8Array) => void) | undefined
  /** Told of what happens, for people who wait. */
  readonly onStep?: ((step: ObserveStep) => void) | undefined
  /** Most runs to check that each grant is needed; 0 for none. @default 64 */
  readonly checks?: number | undefined
  /** The largest workspace that is copied, where the kernel has no overlay for this user. @default 256 MiB */
  readonly copyBytes?: number | undefined
  readonly cacheDirectory?: string | undefined
  readonly signal?: AbortSignal | undefined
}

/** Where an observation has got to. */
export type ObserveStep =
  | { readonly kind: 'observing' }
  | { readonly kind: 'checking'; readonly grants: number; readonly runs: number }
