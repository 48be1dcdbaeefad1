import { availableParallelism, cpus } from 'node:os'
import type { Bench } from '../bench-result.ts'
import type { BenchRun } from './benchmarks-page.ts'
import { machineLoad } from './load.ts'
import { resultHeads, resultRow } from './result-rows.ts'
import { textTable } from './text-table.ts'

/** What is run, and how it is told. */
export interface RunBenchesOptions {
  /** Scenarios to run; all of them when it is empty. */
  readonly names: readonly string[]
  /** One object a line instead of tables. */
  readonly json: boolean
  readonly print: (text: string) => void
}

/** Runs scenarios one after the other and tells each as soon as it has ended. */
export async function runBenches(
  benches: ReadonlyMap<string, Bench>,
  { names, json, print }: RunBenchesOptions,
): Promise<readonly BenchRun[]> {
  const runs: BenchRun[] = []
  for (const bench of benches.values()) {
    if (names.length > 0 && !names.includes(bench.name)) continue
    const run = await runBench(bench)
    runs.push(run)
    print(json ? lineOf(run) : tableOf(run))
  }
  return runs
}

/** Whether no goal was missed; one that could not be told on a busy machine was not. */
export function areGoalsMet(runs: readonly BenchRun[]): boolean {
  return runs.every(({ results }) => results.every(({ ok }) => ok !== false))
}

async function runBench(bench: Bench): Promise<BenchRun> {
  const load = machineLoad()
  const results = (await bench.run()).map((result) => ({ load, ...result }))
  return { scenario: bench.name, results, machine: machine() }
}

function machine(): string {
  const model = cpus()[0]?.model.trim() ?? process.arch
  return `Node ${process.versions.node} on ${availableParallelism()} × ${model}`
}

function lineOf({ scenario, results }: BenchRun): string {
  return `${JSON.stringify({ scenario, results })}\n`
}

function tableOf({ scenario, results }: BenchRun): string {
  return `\n${textTable([scenario, ...resultHeads.slice(1)], results.map(resultRow))}`
}
