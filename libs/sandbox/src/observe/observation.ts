import type { NetGrant } from '../policy/network.ts'
import type { EndedBy } from '../sandbox.ts'
import type { ViewKind } from './view/view.ts'

/** The grants that a command was seen to need. Paths are absolute and without links. */
export interface LeastPolicy {
  readonly read: readonly string[]
  readonly write: readonly string[]
  readonly net: readonly NetGrant[]
  /** Names of variables. */
  readonly env: readonly string[]
}

/** Something that a command reached for and did not get. */
export interface DeniedReach {
  readonly kind: 'read' | 'write' | 'net' | 'env'
  /** Path, host with its port where that is known, or name. */
  readonly name: string
  /** Why nobody can grant it; absent where it could be granted. */
  readonly refusal?: string
}

/** What became of the check that each grant is needed. */
export interface Verification {
  /**
   * `least`: the command does the same under the policy, and without any one line of it does not. `enough`: it does the same, and not every
   * line was tried. `unsteady`: it does something else each time. `short`: it does not do the same.
   */
  readonly outcome: 'least' | 'enough' | 'unsteady' | 'short'
  /** How often the command was run for it. */
  readonly runs: number
}

/** What came of observing a command. */
export interface Observation {
  readonly policy: LeastPolicy
  readonly denied: readonly DeniedReach[]
  /** Programs that were run, by path. A jail does not hold a program to those. */
  readonly programs: readonly string[]
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** The kind of limit that ended it; then nothing is checked. */
  readonly ended?: EndedBy
  /** How the folder was shown. */
  readonly view: ViewKind
  /** Whether everything that the command did was kept. */
  readonly isWhole: boolean
  /** Undefined where nothing was checked. */
  readonly verification: Verification | undefined
}
