import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { blockTitle, type CodeBlock } from './code-blocks.ts'

/** What came of a block. */
export interface BlockResult {
  readonly block: CodeBlock
  /** Why it failed; `undefined` when it did not. */
  readonly failure: string | undefined
  /** Why it did not run. */
  readonly excuse?: string
  readonly ms: number
}

type Status = 'passed' | 'failed' | 'skipped'

/** What came of a block, in the words of a report. */
function statusOf({ failure, excuse }: BlockResult): Status {
  if (failure !== undefined) return 'failed'
  return excuse === undefined ? 'passed' : 'skipped'
}

/** Writes the results in vitest's JSON form, so that they are counted with the tests. */
export async function writeReport(file: string, results: readonly BlockResult[]): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, JSON.stringify(reportOf(results)))
}

function reportOf(results: readonly BlockResult[]): object {
  const statuses = results.map(statusOf)
  const count = (status: Status): number => statuses.filter((each) => each === status).length
  const pages = Map.groupBy(results, ({ block }) => block.file)
  return {
    numTotalTests: results.length,
    numPassedTests: count('passed'),
    numFailedTests: count('failed'),
    numPendingTests: count('skipped'),
    success: count('failed') === 0,
    testResults: [...pages].map(([name, ofPage]) => pageReport(name, ofPage)),
  }
}

function pageReport(name: string, results: readonly BlockResult[]): object {
  return {
    name,
    status: results.some(({ failure }) => failure !== undefined) ? 'failed' : 'passed',
    message: '',
    assertionResults: results.map((result) => {
      const { block, failure, excuse, ms } = result
      // Who reads the counts sees titles only, and wants to know why a block was skipped.
      const title = excuse === undefined ? blockTitle(block) : `${blockTitle(block)} (${excuse})`
      return {
        title,
        fullName: title,
        status: statusOf(result),
        duration: ms,
        failureMessages: failure === undefined ? [] : [failure],
      }
    }),
  }
}
