import type { Ground } from './prepare.ts'
import type { Screen } from './screen.ts'

/** One step of the tour. */
export interface Step {
  readonly name: string
  readonly ok: boolean
  readonly ms: number
}

/** Something that was tried in the jail and did not happen, with what shows it from outside. */
export interface Refusal {
  readonly capability: string
  readonly target: string
  readonly evidence: string
}

/** What `npm start -- --json` prints. */
export interface TourResult {
  readonly steps: readonly Step[]
  readonly refused: readonly Refusal[]
  readonly receipt: unknown
  /** Where the marketplace of the tour listens, or listened. */
  readonly marketplace: string
}

/** What the steps share. */
export interface Tour {
  readonly ground: Ground
  readonly screen: Screen
  readonly refused: Refusal[]
  receipt: unknown
}

/** A step says what it did, or throws why it could not. */
export type Act = (tour: Tour) => Promise<string>
