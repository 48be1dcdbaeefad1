/**
 * `npm run bench -- [scenario …] [--json] [--update]`: runs the scenarios of `bench/<scenario>.bench.ts`, all of them when
 * none is named, and ends with 1 when a goal is missed.
 *
 * @module
 */
import { readFile, writeFile } from 'node:fs/promises'
import { availableParallelism, cpus } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Bench } from './bench-result.ts'
import { updateBenchmarksPage, type BenchRun } from './bench/benchmarks-page.ts'
import { findBenches } from './bench/find-benches.ts'
import { machineLoad } from './bench/load.ts'
import { resultHeads, resultRow } from './bench/result-rows.ts'
import { textTable } from './bench/text-table.ts'
import { root } from './workspaces.ts'

const usage = `npm run bench -- [scenario …] [--json] [--update]

  --json    one object a line: { "scenario", "results" }
  --update  write the results into docs/benchmarks.md
`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    update: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) process.stdout.write(usage)
else process.exitCode = await main()

async function main(): Promise<number> {
  const benches = await findBenches(root)
  const unknown = positionals.filter((name) => !benches.has(name))
  if (unknown.length > 0) {
    const known = [...benches.keys()].join(', ')
    process.stderr.write(`No such scenario: ${unknown.join(', ')}. There are: ${known}\n`)
    return 2
  }
  const runs: BenchRun[] = []
  for (const bench of benches.values()) {
    if (positionals.length > 0 && !positionals.includes(bench.name)) continue
    const run = await runBench(bench)
    runs.push(run)
    process.stdout.write(values.json ? lineOf(run) : tableOf(run))
  }
  if (values.update) await updatePage(runs)
  return runs.some(({ results }) => results.some(({ ok }) => ok === false)) ? 1 : 0
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

async function updatePage(runs: readonly BenchRun[]): Promise<void> {
  const file = join(root, 'docs', 'benchmarks.md')
  const page = await readFile(file, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw error
  })
  await writeFile(file, updateBenchmarksPage(page, runs))
}
