import type { JailPlan } from '../jail/jail-plan.ts'

/** Who watches the programs of a sandbox from outside, and shows them something in place of the host's files. */
export interface Onlooker {
  /** Shows other files at the places of the plan. */
  readonly show?: ((plan: JailPlan) => JailPlan) | undefined
  /** Begins to watch a program that stands at its gate. What it throws ends the jail. */
  readonly attach?: ((pid: number) => Promise<void>) | undefined
  /** Whether connections go to a proxy that tells of them, also where the policy allows none. */
  readonly hearsConnections?: boolean | undefined
}
