import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { countReports } from '../count.ts'
import { writeReport } from './block-result.ts'
import { codeBlocks } from './code-blocks.ts'

it('writeReport() writes what counts like the report of a test', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mb-report-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const file = join(folder, 'reports', 'docs.json')
  const [right, wrong, later] = codeBlocks('a.md', '```ts\n```\n```sh\n```\n```sh\n```\n')
  if (right === undefined || wrong === undefined || later === undefined)
    throw new Error('No blocks')
  await writeReport(file, [
    { block: right, failure: undefined, ms: 1 },
    { block: wrong, failure: 'exit code 1', ms: 2 },
    { block: later, failure: undefined, excuse: 'needs a printer', ms: 0 },
  ])
  expect(await countReports([{ project: 'docs', file }])).toEqual({
    passed: 1,
    failed: 1,
    skipped: 1,
    skips: ['docs: a.md:5 sh (needs a printer)'],
    failures: ['docs: a.md:3 sh: exit code 1'],
  })
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({
    numTotalTests: 3,
    numPassedTests: 1,
    numFailedTests: 1,
    numPendingTests: 1,
    success: false,
  })
})
