/** One figure of a scenario. */
export interface BenchResult {
  readonly name: string
  readonly value: number
  /** Such as `ms CPU`. */
  readonly unit: string
  /** What it is compared with, as the table names it. */
  readonly rival?: string
  /** This over the rival, both measured in the same run. */
  readonly ratio?: number
  /** In words, such as `at most 1.15 times`. */
  readonly goal?: string
  /** Whether the goal is met; `null` where there is none, or the machine was too busy to tell. */
  readonly ok: boolean | null
  /** Quartiles, such as `41.2–43.0`. */
  readonly spread?: string
  /** One-minute load when the scenario began. */
  readonly load?: number
}

/** A scenario: what a `bench/<scenario>.bench.ts` exports under the name `bench`. */
export interface Bench {
  /** What it is called on the command line. */
  readonly name: string
  run(): Promise<readonly BenchResult[]>
}
