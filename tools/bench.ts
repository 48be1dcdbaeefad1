/**
 * `npm run bench -- [scenario …] [--json] [--update]`: runs the scenarios of `bench/<scenario>.bench.ts`, all of them when
 * none is named, and ends with 1 when a goal is missed.
 *
 * @module
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { buildPackages } from './build-packages.ts'
import { updateBenchmarksPage, type BenchRun } from './bench/benchmarks-page.ts'
import { findBenches } from './bench/find-benches.ts'
import { areGoalsMet, runBenches } from './bench/run-benches.ts'
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
  await buildPackages()
  const benches = await findBenches(root)
  const unknown = positionals.filter((name) => !benches.has(name))
  if (unknown.length > 0) {
    const known = [...benches.keys()].join(', ')
    process.stderr.write(`No such scenario: ${unknown.join(', ')}. There are: ${known}\n`)
    return 2
  }
  const runs = await runBenches(benches, {
    names: positionals,
    json: values.json,
    print: (text) => process.stdout.write(text),
  })
  if (values.update) await updatePage(runs)
  return areGoalsMet(runs) ? 0 : 1
}

async function updatePage(runs: readonly BenchRun[]): Promise<void> {
  const file = join(root, 'docs', 'benchmarks.md')
  const page = await readFile(file, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw error
  })
  await writeFile(file, updateBenchmarksPage(page, runs))
}
