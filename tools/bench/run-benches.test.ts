import { describe, expect, it } from 'vitest'
import type { Bench, BenchResult } from '../bench-result.ts'
import { runProgram } from '../tour/run-program.ts'
import { root } from '../workspaces.ts'
import type { BenchRun } from './benchmarks-page.ts'
import { areGoalsMet, runBenches } from './run-benches.ts'

function scenario(name: string, ...oks: (boolean | null)[]): [string, Bench] {
  const results = oks.map((ok): BenchResult => ({ name: 'it', value: 1, unit: 'ms', load: 0, ok }))
  return [name, { name, run: async () => results }]
}

function run(...oks: (boolean | null)[]): Promise<readonly BenchRun[]> {
  return runBenches(new Map([scenario('x', ...oks)]), { names: [], json: true, print: () => {} })
}

async function told(
  names: string[],
  json: boolean,
  ...benches: [string, Bench][]
): Promise<string> {
  let text = ''
  await runBenches(new Map(benches), { names, json, print: (more) => (text += more) })
  return text
}

describe('runBenches()', () => {
  it('prints a table for a person', async () => {
    expect(await told([], false, scenario('start', true), scenario('stop', false))).toBe(`
start  median  met
it     1 ms    yes

stop  median  met
it    1 ms    NO
`)
  })

  it('prints an object a line for a program, of the scenarios that were named', async () => {
    const text = await told(['stop'], true, scenario('start', true), scenario('stop', null))
    expect(text.endsWith('\n')).toBe(true)
    expect(JSON.parse(text)).toEqual({
      scenario: 'stop',
      results: [{ name: 'it', value: 1, unit: 'ms', load: 0, ok: null }],
    })
  })
})

describe('areGoalsMet()', () => {
  it('is false for one goal missed, and not for one that could not be told', async () => {
    expect(areGoalsMet(await run(true, null))).toBe(true)
    expect(areGoalsMet(await run(true, false, null))).toBe(false)
  })
})

it('tools/bench.ts names the scenarios there are when asked for another', async () => {
  const { code, stderr } = await runProgram(process.execPath, ['tools/bench.ts', 'startpu'], {
    cwd: root,
    env: process.env,
  })
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: expect.stringMatching(/^No such scenario: startpu\. There are: .*\bstartup\b/),
  })
})
