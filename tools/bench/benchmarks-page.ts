import type { BenchResult } from '../bench-result.ts'
import { resultHeads, resultRow } from './result-rows.ts'
import { markdownTable } from './text-table.ts'

/** What a scenario gave, and on what. */
export interface BenchRun {
  readonly scenario: string
  readonly results: readonly BenchResult[]
  /** Such as `Node 24.21.0, 2 × AMD EPYC`. */
  readonly machine: string
}

const preamble = `# Benchmarks

Written by \`npm run bench -- --update\`; do not edit. Figures of programs are CPU time, user and system, which neither a
busy machine nor a slow disk moves much; those that are compared were measured in turns within one run, and a ratio is the
median over its rounds. The spread is the quartiles.
`

/** The page of benchmarks after some of its scenarios ran again. */
export function updateBenchmarksPage(page: string, runs: readonly BenchRun[]): string {
  const sections = readSections(page)
  for (const run of runs) sections.set(run.scenario, sectionOf(run))
  const ordered = [...sections].toSorted(([a], [b]) => (a < b ? -1 : 1))
  return [preamble, ...ordered.map(([, section]) => section)].join('\n')
}

function readSections(page: string): Map<string, string> {
  const sections = page.split(/^## /m).slice(1)
  return new Map(
    sections.map((section) => [section.split('\n', 1)[0] ?? '', `## ${section.trimEnd()}\n`]),
  )
}

function sectionOf({ scenario, results, machine }: BenchRun): string {
  const table = markdownTable(resultHeads, results.map(resultRow))
  return `## ${scenario}\n\n${table}\n${machine}; \`npm run bench -- ${scenario}\`\n`
}
