import { describe, expect, it } from 'vitest'
import { updateBenchmarksPage, type BenchRun } from './benchmarks-page.ts'

const run = (scenario: string, value: number): BenchRun => ({
  scenario,
  machine: 'Node 24 on 2 × abacus',
  results: [
    { name: 'mb --version', value, unit: 'ms CPU', rival: 'node -e 0', ratio: 1.1, ok: true },
    { name: 'a|b', value: 3, unit: 'ms', goal: 'quiet', ok: null, load: 2.5 },
  ],
})

describe('updateBenchmarksPage()', () => {
  it('writes a table for each scenario', () => {
    const page = updateBenchmarksPage('', [run('startup', 41.25)])
    expect(page.slice(page.indexOf('## '))).toBe(`## startup

| figure | median | spread | ratio | rival | goal | met |
| --- | --- | --- | --- | --- | --- | --- |
| mb --version | 41.3 ms CPU |  | 1.10× | node -e 0 |  | yes |
| a\\|b | 3 ms |  |  |  | quiet | untold at load 2.5 |

Node 24 on 2 × abacus; \`npm run bench -- startup\`
`)
  })

  it('replaces the scenarios that ran and keeps the others', () => {
    const before = updateBenchmarksPage('', [run('startup', 1), run('archive', 2)])
    const after = updateBenchmarksPage(before, [run('startup', 1)])
    expect(after).toBe(before)
    expect(updateBenchmarksPage(before, [run('startup', 9)])).toBe(
      before.replace('| 1 ms CPU |', '| 9 ms CPU |'),
    )
  })
})
