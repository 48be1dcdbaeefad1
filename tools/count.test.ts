import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { addCounts, countLine, countReports, isGreen, noCount, withFailure } from './count.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mb-count-'))
  return () => rm(folder, { recursive: true, force: true })
})

async function report(name: string, content: unknown): Promise<{ project: string; file: string }> {
  const file = join(folder, name)
  await writeFile(file, JSON.stringify(content))
  return { project: name, file }
}

function suite(status: string, ...statuses: string[]): unknown {
  const assertionResults = statuses.map((each, index) => ({ fullName: `t${index}`, status: each }))
  return { status, name: 'a.test.ts', message: 'SyntaxError: x\nat y', assertionResults }
}

describe('countReports()', () => {
  it('sums passed, failed and skipped over reports, and names the last two', async () => {
    const reports = [
      await report('one', { testResults: [suite('passed', 'passed', 'passed', 'skipped')] }),
      await report('two', { testResults: [suite('failed', 'failed', 'passed', 'todo')] }),
    ]
    expect(await countReports(reports)).toEqual({
      passed: 3,
      failed: 1,
      skipped: 2,
      skips: ['one: t2', 'two: t2'],
      failures: ['two: t0'],
    })
  })

  it('counts a file that does not load as a failure', async () => {
    const count = await countReports([await report('one', { testResults: [suite('failed')] })])
    expect(count.failures).toEqual(['one: a.test.ts: SyntaxError: x'])
  })

  it('counts a missing report and a broken one as failures', async () => {
    const missing = { project: 'gone', file: join(folder, 'gone') }
    const broken = await report('broken', { testResults: 'none' })
    expect((await countReports([missing, broken])).failed).toBe(2)
  })
})

describe('countLine()', () => {
  it('is the plain line', () => {
    expect(countLine(withFailure(noCount, 'x'))).toBe('0 passed, 1 failed, 0 skipped')
  })
})

describe('isGreen()', () => {
  it('needs a test that passed and none that failed', () => {
    const passed = addCounts(noCount, { ...noCount, passed: 1 })
    expect([isGreen(noCount), isGreen(passed), isGreen(withFailure(passed, 'x'))]).toEqual([
      false,
      true,
      false,
    ])
  })
})
